// policy.json back to the policy that it was written from.
#pragma once

#include "compiler/policy/policy.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sbx::policy {

struct ReadPolicy {
    std::optional<Policy> policy;
    std::size_t line = 0;  ///< where there is no policy: the line of the first mistake, from 1
    std::string error;     ///< and what it is: one line, lower case, no full stop
};

/// Strict: whatever canonical_json() writes is read as an equal policy, and what is read is written as the same bytes. Unknown,
/// missing and repeated keys, another order, other white space and values that their types cannot hold are refused, as is a
/// parameter that is used and not declared. Origins are unknown in what is returned.
[[nodiscard]] ReadPolicy read_canonical_json(std::string_view text);

/// The same for text that canonical_json() has just written: that it would be written again as it is needs no proof then.
[[nodiscard]] ReadPolicy read_back(std::string_view text);

}  // namespace sbx::policy
