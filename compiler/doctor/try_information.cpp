// Trials of what no statement of this release is enforced with, for those who plan ahead: Landlock, and a cgroup of one's own. See
// trial_functions.hpp; landlock(7), cgroups(7).
#include "compiler/doctor/trial_functions.hpp"
#include "compiler/doctor/trial_process.hpp"
#include "runtime/descriptor.hpp"
#include "runtime/host_kind.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sstream>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sbx::doctor {
namespace {

using runtime::Descriptor;

/// No step of a launch: nothing of it is refused there.
constexpr std::string_view no_step = "information";

std::string contents_of(const char* path) {
    const Descriptor file(::open(path, O_RDONLY | O_CLOEXEC));
    std::string text;
    std::array<char, 4096> bytes{};
    for (ssize_t length = 1; file.open() && length > 0;) {
        length = ::read(file.get(), bytes.data(), bytes.size());
        text.append(bytes.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
    }
    return text;
}

/// Where cgroup2 is mounted, or nothing; proc_pid_mountinfo(5): the file system follows ` - `, the mount point is the fifth field.
std::string cgroup_mount() {
    std::istringstream lines(contents_of("/proc/self/mountinfo"));
    for (std::string line; std::getline(lines, line);) {
        if (line.find(" - cgroup2 ") != std::string::npos) {
            std::istringstream words(line);
            std::string field;
            for (int number = 0; number < 5; ++number) {
                words >> field;
            }
            return field;
        }
    }
    return {};
}

/// Of the calling process in cgroup2: `/user.slice`, or nothing.
std::string own_cgroup() {
    std::istringstream lines(contents_of("/proc/self/cgroup"));
    for (std::string line; std::getline(lines, line);) {
        if (line.rfind("0::", 0) == 0) {
            return line.substr(3);
        }
    }
    return {};
}

[[noreturn]] void no_cgroup(const std::string& what, int error) {
    runtime::refuse_errno(
        no_step, what, error,
        "have a cgroup delegated: `systemd-run --user --scope -p Delegate=yes COMMAND`, `Delegate=yes` in a unit, "
        "or a cgroup2 mounted writable in a container");
}

}  // namespace

std::string try_landlock(const Launcher& launcher) {
    take_ids(launcher);
    landlock_ruleset_attr handled{};
    handled.handled_access_fs = LANDLOCK_ACCESS_FS_MAKE_BLOCK;  // which nobody here does
    const Descriptor ruleset(static_cast<int>(::syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0U)));
    const bool restricted = ruleset.open() && ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
                            ::syscall(SYS_landlock_restrict_self, ruleset.get(), 0U) == 0;
    if (!restricted) {
        const int error = errno;
        const bool absent = error == ENOSYS || error == EOPNOTSUPP;
        runtime::refuse_errno(no_step, "Landlock restricts nothing here", error,
                              absent ? "use Linux 5.13 or newer, with `landlock` among the security modules of `lsm=`"
                                     : runtime::remedy_for_calls(runtime::look_at_host(), error, "landlock_create_ruleset(2)"));
    }
    const long version = ::syscall(SYS_landlock_create_ruleset, nullptr, std::size_t{0}, LANDLOCK_CREATE_RULESET_VERSION);
    return "ABI " + std::to_string(version);
}

std::string try_cgroup(const Launcher&) {
    const std::string mount = cgroup_mount();
    const std::string own = own_cgroup();
    if (mount.empty() || own.empty()) {
        no_cgroup("no cgroup2 is mounted, or this process is in none", ENOENT);
    }
    const std::string home = mount + (own == "/" ? "" : own);
    const Descriptor processes(::open((home + "/cgroup.procs").c_str(), O_WRONLY | O_CLOEXEC));
    if (!processes.open()) {
        no_cgroup("processes of " + runtime::quoted(home) + " cannot be moved", errno);
    }
    const std::string place = home + "/sbx-doctor." + std::to_string(::getpid());
    if (::mkdir(place.c_str(), 0700) != 0) {
        no_cgroup("no cgroup can be made in " + runtime::quoted(home), errno);
    }
    int error = 0;
    if (const Descriptor file(::open((place + "/cgroup.max.descendants").c_str(), O_WRONLY | O_CLOEXEC));
        !file.open() || ::write(file.get(), "max", 3) != 3) {
        error = errno;
    }
    ::rmdir(place.c_str());
    if (error != 0) {
        no_cgroup("a cgroup made in " + runtime::quoted(home) + " cannot be written", error);
    }
    return home;
}

}  // namespace sbx::doctor
