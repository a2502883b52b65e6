// Files that the command is handed as descriptors: 0, 1, 2 and those that the policy passes. Whoever has a descriptor can open its
// file again by /proc/self/fd, with all the rights that his id has to it, and walk on from a directory; see proc_pid_fd(5).
#pragma once

#include <vector>

namespace sbx::runtime {

/// Refuses, at step `scrub`, a directory, and what is open by path alone (O_PATH): the whole host could be reached from it.
/// `passed` are those that the policy passes.
void refuse_ways_to_the_host(const std::vector<int>& passed);

/// In the namespaces of the sandbox, with the id that will run. What was opened for reading only can be opened for nothing else
/// afterwards: a regular file that this id owns or can write gives way to the same file, at the same offset, in a mount that is
/// read-only (mount_setattr(2)). Refuses, at step `scrub`, where that cannot be had. What has no name any more stays: nobody opens
/// it again but those who have it.
void protect_from_writing(int descriptor);

}  // namespace sbx::runtime
