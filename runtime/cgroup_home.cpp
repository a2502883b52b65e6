// Finds a place for the sandbox's cgroup. See the header; cgroups(7), proc_pid_mountinfo(5), and systemd's "Control Group APIs and
// Delegation" for what of systemd's tree others may use.
#include "runtime/cgroup_home.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace sbx::runtime {

namespace {

constexpr std::size_t largest_of_proc = std::size_t{4} << 20;

std::string contents_of(const char* path) {
    const Descriptor file(open(path, O_RDONLY | O_CLOEXEC));
    std::string text;
    std::array<char, 4096> bytes{};
    for (ssize_t length = 1; file.open() && length > 0 && text.size() < largest_of_proc;) {
        length = read(file.get(), bytes.data(), bytes.size());
        text.append(bytes.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
    }
    return text;
}

std::string_view take_line(std::string_view& text) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

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
    const std::string text = contents_of("/proc/self/mountinfo");
    std::vector<CgroupMount> mounts;
    for (std::string_view rest = text; !rest.empty();) {
        const std::string_view line = take_line(rest);
        if (line.find(" - cgroup2 ") != std::string_view::npos) {
            mounts.push_back({unescaped(field(line, 3)), unescaped(field(line, 4))});
        }
    }
    return mounts;
}

/// `/user.slice/…` of the line `0::/user.slice/…`; empty if there is none.
std::string own_path(const std::string& cgroups) {
    for (std::string_view rest = cgroups; !rest.empty();) {
        const std::string_view line = take_line(rest);
        if (line.substr(0, 3) == "0::") {
            return std::string(line.substr(3));
        }
    }
    return {};
}

/// Whether a hierarchy of version 1 has the controller: then no other one has it.
bool is_in_version_1(std::string_view controller) {
    const std::string text = contents_of("/proc/self/cgroup");
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
           contents_of("/run/systemd/container").size() > 1;
}

/// The path of the own cgroup below the mount that shows it.
struct OwnPlace {
    std::string mount, below;  ///< `/sys/fs/cgroup`; `/user.slice`, or empty
    [[nodiscard]] std::string path() const { return mount + below; }
};

OwnPlace find_own_place() {
    const std::string own = own_path(contents_of("/proc/self/cgroup"));
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

}  // namespace

CgroupHome find_cgroup_home(const std::vector<pid_t>& movable) {
    const OwnPlace place = find_own_place();
    CgroupHome home{CgroupDirectory(place.path()), false};
    if (!home.base.open()) {
        const int error = errno;
        refuse_errno(step::limits, "the cgroup of this process, " + quoted(place.path()) + ", cannot be opened", error,
                     remedy_for_cgroup("memory", error));
    }
    if (is_root(home.base)) {
        return home;
    }
    const std::vector<pid_t> there = home.base.processes();
    if (is_within(there, movable)) {
        home.must_be_left = true;
        return home;
    }
    if (!place.below.empty()) {
        CgroupDirectory parent(place.path().substr(0, place.path().rfind('/')));
        if (may_be_used(parent)) {
            home.base = std::move(parent);
            return home;
        }
    }
    refuse(step::limits,
           "the cgroup of this process, " + quoted(place.path()) + ", has " + std::to_string(there.size()) +
               " processes, and the kernel gives controllers only to the children of one without",
           remedy_for_company(place.path()));
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

}  // namespace sbx::runtime
