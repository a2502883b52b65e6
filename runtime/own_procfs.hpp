// The /proc that bubblewrap works with. It looks for its child there by number, and the numbers are those of the outer pid
// namespace: in the caller's /proc it would find a process of the host under that number, or none, as in most containers, and give
// up.
#pragma once

#include "runtime/bound_arguments.hpp"

#include <vector>

namespace sbx::runtime {

/// For the process in the outer namespaces: mounts a procfs of its pid namespace on /proc, and opens there anew what `trees` have
/// from the caller's, under the same numbers: bubblewrap refuses a source that is not what its path leads to. Refuses where
/// the host lets none be mounted, as in a container that masks parts of /proc, and if a source is not there again.
void mount_own_procfs(const std::vector<BoundTree>& trees);

}  // namespace sbx::runtime
