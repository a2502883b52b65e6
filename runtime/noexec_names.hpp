// To Landlock a directory is the same under every name. So a tree that the policy calls `noexec` must not be executable, in whole
// or in part, under another one. The compiler has seen to paths that it knows; here are those that parameters have named.
#pragma once

#include "runtime/bound_arguments.hpp"
#include "runtime/landlock.hpp"

namespace sbx::runtime {

/// Refuses.
void refuse_executable_names(const std::vector<BoundTree>& trees, const LandlockDomain& domain);

}  // namespace sbx::runtime
