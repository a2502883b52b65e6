// Trials of what few policies need: a cgroup of the sandbox's own, and Landlock. See trial_functions.hpp;
// landlock(7), cgroups(7).
#include "compiler/doctor/trial_functions.hpp"
#include "compiler/doctor/trial_process.hpp"
#include "runtime/descriptor.hpp"
#include "runtime/host_kind.hpp"
#include "runtime/landlock.hpp"
#include "runtime/sandbox_cgroup.hpp"

#include <cerrno>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sbx::doctor {
namespace {

using runtime::Descriptor;

/// No step of a launch: nothing of it is refused there.
constexpr std::string_view no_step = "information";

}  // namespace

std::string try_landlock(const Launcher& launcher) {
    take_ids(launcher);
    landlock_ruleset_attr handled{};
    handled.handled_access_fs = LANDLOCK_ACCESS_FS_READ_DIR;
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
    if (const Descriptor root(::open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC)); root.open() || errno != EACCES) {
        runtime::refuse(no_step, "Landlock restricts nothing here: a ruleset is in force, and what it forbids works",
                        "use a kernel whose Landlock works");
    }
    const runtime::LandlockVersion version = runtime::landlock_version();
    if (version.abi < launcher.landlock) {
        runtime::refuse(no_step,
                        "this kernel has version " + std::to_string(version.abi) + " of Landlock, and version " +
                            std::to_string(launcher.landlock) + " is asked for",
                        "use a newer Linux");
    }
    return "ABI " + std::to_string(version.abi);
}

std::string try_cgroup(const Launcher& launcher) {
    constexpr std::uint64_t enough = std::uint64_t{64} << 20U;
    constexpr std::uint64_t one = 1000;
    const runtime::CgroupLimits limits{launcher.memory ? std::optional(enough) : std::nullopt,
                                       launcher.cpus ? std::optional(one) : std::nullopt};
    // Who asked for the trial is in the same cgroup, and goes along where that has to be left. Into a scope of systemd's, this
    // process goes alone.
    runtime::SandboxCgroup cgroup(limits, std::nullopt, {::getpid(), ::getppid()}, "of a trial");
    if (!cgroup.missing().empty()) {
        runtime::Refusal why = cgroup.missing().front().why;
        if (const runtime::Refusal& other = cgroup.missing().back().why; other.what != why.what) {
            why.what += "; " + other.what;
        }
        throw why;
    }
    const pid_t inside = ::fork();
    if (inside == 0) {
        try {
            runtime::enter_cgroup(cgroup.entry());
            ::_exit(0);
        } catch (const runtime::Refusal& refusal) {
            ::_exit(refusal.error == 0 ? EIO : refusal.error);
        }
    }
    int status = 0;
    if (inside < 0 || ::waitpid(inside, &status, 0) != inside || status != 0) {
        runtime::refuse_errno(runtime::step::limits, "the cgroup " + runtime::quoted(cgroup.path()) + " cannot be entered",
                              WIFEXITED(status) ? WEXITSTATUS(status) : EIO, runtime::remedy_for_cgroup("memory", EIO));
    }
    const std::string path = cgroup.path();
    return path.substr(0, path.rfind('/'));
}

}  // namespace sbx::doctor
