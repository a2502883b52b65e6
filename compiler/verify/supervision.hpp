// The limits that sbx-run itself keeps: `supervision` of manifest.json, held against the policy.
#pragma once

#include "compiler/policy/policy.hpp"
#include "compiler/verify/finding.hpp"
#include "compiler/verify/manifest_json.hpp"

#include <set>
#include <string>

namespace sbx::verify {

/// Those of the policy that only sbx-run delivers, as `requires` names them: `wall-time`, `output`, and those of cgroup.hpp.
[[nodiscard]] std::set<std::string> limits_of_sbx_run(const policy::Policy& policy);

/// `root`: the manifest.
void compare_supervision(const Json& root, const policy::Policy& policy, Findings& findings);

}  // namespace sbx::verify
