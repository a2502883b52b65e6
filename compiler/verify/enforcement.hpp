// The manifest's table of what is enforced, and by what: the launch report and reviews of a bundle rest on it.
#pragma once

#include "compiler/policy/policy.hpp"
#include "compiler/verify/finding.hpp"
#include "compiler/verify/manifest_rows.hpp"

#include <vector>

namespace sbx::verify {

/// A row for each statement of the policy, and no other, with the protection and the status that the language reference gives it.
/// The statements of a filtering network have to mean the policy's. Where the policy knows its origins, the rows have these.
void compare_enforcement(const std::vector<ManifestRow>& rows, const policy::Policy& policy, Findings& findings);

}  // namespace sbx::verify
