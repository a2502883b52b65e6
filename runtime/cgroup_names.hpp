// The directories `sbx-PROCESS-NUMBER` that launches make in one cgroup, each held by a lock of its maker's: so that what was left
// behind can be told from what is about to be used. Guarantees that only empty ones are removed.
#pragma once

#include "runtime/cgroup_directory.hpp"

#include <string>

namespace sbx::runtime {

/// Makes one that no other launch has, opens and locks it; returns its name. Refuses if that cannot be done.
[[nodiscard]] std::string make_own_cgroup(const CgroupDirectory& base, CgroupDirectory& made);

/// Removes what launches left that were killed: what nobody holds, and has no process.
void sweep_cgroups(const CgroupDirectory& base);

/// Kills every process in it and below, waits for their end, and removes it. False if one does not die in time.
[[nodiscard]] bool remove_cgroup(const CgroupDirectory& base, const std::string& name, const CgroupDirectory& group);

}  // namespace sbx::runtime
