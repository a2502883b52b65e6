// SBX-N001 in words.
#pragma once

#include "compiler/policy/traffic.hpp"
#include "grammar/diagnostic.hpp"

#include <vector>

namespace sbx::policy {

/// `covering`, at least one, decide all that `rule` names. `differs`: all of them deny, and the rule allows.
[[nodiscard]] Diagnostic dead_rule(const NetworkRule& rule, const std::vector<const NetworkRule*>& covering, bool differs);

/// Too many of the `count` statements of a file, of which `first` is the first, speak of the same addresses to be held against each
/// other.
[[nodiscard]] Diagnostic unjudged_rules(const NetworkRule& first, std::size_t count);

}  // namespace sbx::policy
