// The limits that a cgroup keeps, and which of them a launch may do without: `cgroup` and `may_degrade` of manifest.json, held
// against the policy.
#pragma once

#include "compiler/policy/policy.hpp"
#include "compiler/verify/finding.hpp"
#include "compiler/verify/manifest_json.hpp"

#include <set>
#include <string>

namespace sbx::verify {

/// Those of the policy, as `requires` names them: `memory`, `cpus`.
[[nodiscard]] std::set<std::string> limits_of_cgroup(const policy::Policy& policy);

/// `root`: the manifest.
void compare_cgroup(const Json& root, const policy::Policy& policy, Findings& findings);

}  // namespace sbx::verify
