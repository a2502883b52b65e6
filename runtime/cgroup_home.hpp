// Where a cgroup for the sandbox can be made: in the cgroup that sbx-run was started in, or beside it, found in /proc and in the
// cgroups themselves; else in a scope that systemd gives, into which this process alone is moved. Nothing else is changed here.
#pragma once

#include "runtime/cgroup_directory.hpp"
#include "runtime/refusal.hpp"

#include <sys/types.h>
#include <vector>

namespace sbx::runtime {

struct CgroupHome {
    CgroupDirectory base;  ///< in which the sandbox's is made
    /// It holds nobody but those who may be moved, and they have to be, into a cgroup in it: the kernel gives the children of a
    /// cgroup controllers only while it has no process itself ("no internal processes").
    bool must_be_left = false;
    /// A scope that systemd made for this launch, and that goes when its last process ends.
    bool is_from_systemd = false;
};

/// `movable`: the processes that may be moved out of the base. Refuses where there is no cgroup v2, and where nothing can be made
/// without moving processes, or using cgroups, that belong to somebody else: those of systemd that are not marked as delegated;
/// what systemd says against a scope is in the refusal. `profile`: for the scope's description.
[[nodiscard]] CgroupHome find_cgroup_home(const std::vector<pid_t>& movable, const std::string& profile);

/// What to do on a host of this kind so that there is a cgroup with a controller of that name. `error`: of what was tried, or 0.
[[nodiscard]] std::string remedy_for_cgroup(std::string_view controller, int error);

/// The same where there is a cgroup, and what is above it does not let it have that controller.
[[nodiscard]] std::string remedy_for_controller(std::string_view controller);

}  // namespace sbx::runtime
