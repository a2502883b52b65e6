// Finds a place for the sandbox's cgroup. See the header; cgroups(7), proc_pid_mountinfo(5), and systemd's "Control Group APIs and
// Delegation" for what of systemd's tree others may use.
#include "runtime/cgroup_home.hpp"

#include "runtime/cgroup_path.hpp"
#include "runtime/systemd_scope.hpp"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace sbx::runtime {

namespace {

/// The field of that number; they are parted by one blank.
std::string_view field(std::string_view line, int number) {
    for (; number > 0; --number) {
        const std::size_t blank = line.find(' ');
        line.remove_prefix(blank == std::string_view::npos ? line.size() : blank + 1);
    }
    return line.substr(0, line.find(' '));
}

/// Blanks and the like stand as three octal digits.
std::string unescaped(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 3 < text.size()) {
            result += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
            i += 3;
        } else {
            result += text[i];
        }
    }
    return result;
}

struct CgroupMount {
    std::string root;   ///< which part of the hierarchy is mounted: `/`
    std::string place;  ///< `/sys/fs/cgroup`
};

std::vector<CgroupMount> cgroup_mounts() {
    const std::string text = procfs_text("/proc/self/mountinfo");
    std::vector<CgroupMount> mounts;
    for (std::string_view rest = text; !rest.empty();) {
        const std::string_view line = take_line(rest);
        if (line.find(" - cgroup2 ") != std::string_view::npos) {
            mounts.push_back({unescaped(field(line, 3)), unescaped(field(line, 4))});
        }
    }
    return mounts;
}

/// Whether a hierarchy of version 1 has the controller: then no other one has it.
bool is_in_version_1(std::string_view controller) {
    const std::string text = procfs_text("/proc/self/cgroup");
    for (std::string_view rest = text; !rest.empty();) {
        std::string_view line = take_line(rest);
        const std::size_t colon = line.find(':');
        line.remove_prefix(colon == std::string_view::npos ? line.size() : colon + 1);
        const std::string list = "," + std::string(line.substr(0, line.find(':'))) + ",";
        if (list.find("," + std::string(controller) + ",") != std::string::npos) {
            return true;
        }
    }
    return false;
}

bool is_run_by_systemd() {
    return access("/run/systemd/system", F_OK) == 0;
}

bool is_in_container() {
    return access("/run/.containerenv", F_OK) == 0 || access("/.dockerenv", F_OK) == 0 ||
           procfs_text("/run/systemd/container").size() > 1;
}

/// The path of the own cgroup below the mount that shows it.
struct OwnPlace {
    std::string mount, below;  ///< `/sys/fs/cgroup`; `/user.slice`, or empty
    [[nodiscard]] std::string path() const { return mount + below; }
};

OwnPlace find_own_place() {
    const std::string own = cgroup_path(procfs_text("/proc/self/cgroup"));
    const std::vector<CgroupMount> mounts = cgroup_mounts();
    if (own.empty() || mounts.empty()) {
        refuse_errno(step::limits, own.empty() ? "this process is in no cgroup of version 2" : "cgroup v2 is mounted nowhere",
                     ENOENT, remedy_for_cgroup("memory", ENOENT));
    }
    if (own.find("/..") != std::string::npos) {
        refuse(step::limits, "the cgroup of this process, " + quoted(own) + ", lies outside of what its cgroup namespace shows",
               remedy_for_cgroup("memory", 0));
    }
    for (const CgroupMount& mount : mounts) {
        const std::string root = mount.root == "/" ? "" : mount.root;
        const std::string below = own == "/" ? "" : own;
        if (below.substr(0, root.size()) == root && (below.size() == root.size() || below[root.size()] == '/')) {
            return {mount.place == "/" ? "" : mount.place, below.substr(root.size())};
        }
    }
    refuse(step::limits, "the cgroup of this process, " + quoted(own) + ", is not in what is mounted at " + quoted(mounts[0].place),
           remedy_for_cgroup("memory", 0));
}

bool is_within(const std::vector<pid_t>& processes, const std::vector<pid_t>& allowed) {
    return std::all_of(processes.begin(), processes.end(),
                       [&](pid_t each) { return std::find(allowed.begin(), allowed.end(), each) != allowed.end(); });
}

/// The root of the whole hierarchy: it may have processes and children with controllers.
bool is_root(const CgroupDirectory& directory) {
    return !directory.has("cgroup.type");
}

/// Of processes that are not ours to move.
std::string remedy_for_company(const std::string& group) {
    if (is_run_by_systemd()) {
        return remedy_for_cgroup("memory", 0);
    }
    return "start sbx-run alone in a cgroup, or move what is there into a part of it, as a container's first step: `mkdir " +
           group + "/init`, and each process's id into cgroup.procs of that";
}

/// A cgroup that we were not started in: nobody is in it, we may move processes out of its parts, and where systemd manages the
/// tree it was given away, and not to a user's systemd.
bool may_be_used(const CgroupDirectory& parent) {
    if (!parent.open() || !parent.open_file("cgroup.procs", O_WRONLY).open() || (!is_root(parent) && !parent.processes().empty())) {
        return false;
    }
    const std::string name = parent.path().substr(parent.path().rfind('/') + 1);
    return !is_run_by_systemd() || (parent.is_marked_delegated() && name.rfind("user@", 0) != 0);
}

/// Without asking anybody. Says why that cannot be if the cgroup is shared, or is not ours to write.
std::string take_home(const OwnPlace& place, const std::vector<pid_t>& movable, CgroupHome& home) {
    home.base = CgroupDirectory(place.path());
    if (!home.base.open()) {
        const int error = errno;
        refuse_errno(step::limits, "the cgroup of this process, " + quoted(place.path()) + ", cannot be opened", error,
                     remedy_for_cgroup("memory", error));
    }
    if (is_root(home.base)) {
        return {};
    }
    const std::vector<pid_t> there = home.base.processes();
    if (is_within(there, movable)) {
        home.must_be_left = true;
        const bool can_be_written = home.base.open_file("cgroup.procs", O_WRONLY).open();
        const int error = errno;
        // Without systemd nobody else can be asked, and what fails says more.
        return can_be_written || error != EACCES || !is_run_by_systemd()
                   ? std::string()
                   : "the cgroup of this process, " + quoted(place.path()) + ", is not this user's: " + error_text(error);
    }
    if (!place.below.empty()) {
        CgroupDirectory parent(place.path().substr(0, place.path().rfind('/')));
        if (may_be_used(parent)) {
            home.base = std::move(parent);
            return {};
        }
    }
    return "the cgroup of this process, " + quoted(place.path()) + ", has " + std::to_string(there.size()) +
           " processes, and the kernel gives controllers only to the children of one without";
}

/// A limit of memory or processors that holds for this process, and would not in another unit of the same slice: the file of it.
std::string limit_that_would_be_left(const OwnPlace& place, const UnitPlace& unit) {
    std::string path = place.path();
    const std::string own = cgroup_path(procfs_text("/proc/self/cgroup"));
    for (std::size_t left = own.size(); left > unit.shared.size(); left = own.rfind('/', left - 1)) {
        const CgroupDirectory each(path);
        for (const char* const file : {"memory.max", "memory.high", "cpu.max"}) {
            if (each.open() && each.read(file).value_or("max").rfind("max", 0) != 0) {
                return path + "/" + file;
            }
        }
        path.resize(std::min(path.rfind('/'), path.size()));
    }
    return {};
}

/// Why it gives no scope; empty once this process is in one.
std::string ask_systemd(const OwnPlace& place, const std::string& profile) {
    const uid_t user = geteuid();
    const UnitPlace unit = unit_place(cgroup_path(procfs_text("/proc/self/cgroup")), user);
    if (const std::string limit = limit_that_would_be_left(place, unit); !limit.empty()) {
        return "none is asked for, since " + quoted(limit) + " limits this process, and would not there";
    }
    return enter_systemd_scope(manager_socket(user), {new_scope_name(), "sandbox " + printable(profile), unit.slice,
                                                      unit.is_service() ? unit.unit : std::string()});
}

}  // namespace

CgroupHome find_cgroup_home(const std::vector<pid_t>& movable, const std::string& profile) {
    const OwnPlace place = find_own_place();
    CgroupHome home;
    std::string taken = take_home(place, movable, home);
    if (taken.empty()) {
        return home;
    }
    if (is_run_by_systemd() && !is_in_version_1("memory")) {
        const std::string why_not = ask_systemd(place, profile);
        if (why_not.empty()) {
            home.base = CgroupDirectory(find_own_place().path());
            if (home.base.open() && is_within(home.base.processes(), {getpid()})) {
                home.must_be_left = home.is_from_systemd = true;
                return home;
            }
        }
        taken += "; systemd gives no scope for it: " + (why_not.empty() ? "the one it made is not as it was asked for" : why_not);
    }
    refuse(step::limits, taken, remedy_for_company(place.path()));
}

std::string remedy_for_cgroup(std::string_view controller, int error) {
    if (is_in_version_1(controller)) {
        return "boot with `systemd.unified_cgroup_hierarchy=1`, or without the mounts of cgroup v1: on this host the controller " +
               quoted(controller) + " is in a hierarchy of version 1";
    }
    if (is_in_container()) {
        return "start the container with a cgroup namespace of its own and /sys/fs/cgroup writable: `--cgroupns=private`, and as "
               "Podman has it `--security-opt unmask=/sys/fs/cgroup`";
    }
    const bool user = geteuid() != 0;
    if (is_run_by_systemd()) {
        return std::string("start it in a cgroup of its own: `systemd-run ") + (user ? "--user " : "") +
               "--scope -p Delegate=yes sbx-run BUNDLE`, or as the program of a unit with `Delegate=memory pids cpu`";
    }
    if (error == ENOENT && cgroup_mounts().empty()) {
        return "mount it: `mount -t cgroup2 none /sys/fs/cgroup`, with a kernel that has the controller " + quoted(controller);
    }
    return user ? "have root make a cgroup with that controller, give it to this user (chown), and start sbx-run alone in it"
                : "start sbx-run alone in a cgroup that has the controller: make one, write `+" + std::string(controller) +
                      "` to its parent's cgroup.subtree_control and the own id to its cgroup.procs";
}

std::string remedy_for_controller(std::string_view controller) {
    const bool is_users = cgroup_path(procfs_text("/proc/self/cgroup")).find("/user@") != std::string::npos;
    if (geteuid() == 0 || !is_users || !is_run_by_systemd() || is_in_version_1(controller)) {
        return remedy_for_cgroup(controller, 0);
    }
    return "have root let the users' managers have it: `systemctl edit user@.service`, with `Delegate=cpu memory pids` below "
           "`[Service]`, which holds from the next login on";
}

}  // namespace sbx::runtime
