// The normal form as JSON: sorted, no white space choices, no origins. Its SHA-256 is the semantic hash.
#pragma once

#include "compiler/policy/policy.hpp"

#include <string>

namespace sbx::policy {

/// The same bytes for equal policies, different bytes for different ones. Two-space indentation and a final newline, since
/// people read it in diffs.
[[nodiscard]] std::string canonical_json(const Policy& policy);

}  // namespace sbx::policy
