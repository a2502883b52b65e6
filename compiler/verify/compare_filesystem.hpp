// A replayed mount table held against the policy: the same view at every path, under the same conditions on the host.
#pragma once

#include "compiler/verify/mount_table.hpp"
#include "compiler/verify/policy_view.hpp"

#include <string>

namespace sbx::verify {

void compare_filesystem(const PolicyView& policy, const MountTable& table, const std::string& file, Findings& findings);

/// Everything that bubblewrap is told about the process, and the working directory.
void compare_switches(const policy::Policy& policy, const Switches& switches, const std::string& file, Findings& findings);

}  // namespace sbx::verify
