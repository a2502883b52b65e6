// The limits that sbx-run itself keeps: `supervision` of manifest.json, held against the policy.
#pragma once

#include "compiler/policy/policy.hpp"
#include "compiler/verify/finding.hpp"
#include "compiler/verify/manifest_json.hpp"

#include <set>
#include <string>

namespace sbx::verify {

/// Those of the policy that a launch needs a supervisor for, as `requires` names them: `wall-time`, `output`.
[[nodiscard]] std::set<std::string> supervised_limits(const policy::Policy& policy);

/// `root`: the manifest.
void compare_supervision(const Json& root, const policy::Policy& policy, Findings& findings);

}  // namespace sbx::verify
