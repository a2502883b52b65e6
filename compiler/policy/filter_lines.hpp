// What a policy says of system calls and sockets, written back in the language: the statements that make its normal form, whatever
// it was made of. Shared by `policyc expand`, by what is read from a bundle, and by advice.
#pragma once

#include "compiler/policy/policy.hpp"

#include <string>
#include <vector>

namespace sbx::policy {

/// The fewest rules that make `calls` out of the default set; none of a filter that is removed. Names, reasons and places are those
/// of the rules that it has, as far as one of them can be named.
[[nodiscard]] std::vector<SystemCallRule> rules_from_default(const SystemCalls& calls, bool nested_namespaces);

struct FilterBlock {
    std::string head;  ///< `syscalls`, `syscalls only`, `sockets`; a whole statement where there are no rules
    Origin origin;     ///< of a whole statement
    std::vector<std::pair<std::string, Origin>> rules;
};
/// Nothing where the policy says no more than every policy.
[[nodiscard]] std::vector<FilterBlock> filter_blocks(const Policy& policy);

/// `syscalls unrestricted because "…"`, for a policy without a filter; where the reason is not known, with one that says so.
[[nodiscard]] std::string unfiltered_statement(const SystemCalls& calls);

/// Works `system_calls` out again from its rules, and the families: after a change of the rules, the network, the nodes or of
/// `nested-namespaces`.
void settle_filters(Policy& policy);

}  // namespace sbx::policy
