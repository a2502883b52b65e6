// The smallest change of a policy that turns one answer. Every piece of advice is tried before it is given: the changed policy is
// made and asked, and advice that would not turn the answer is never given. Files that are not the user's to edit, the standard
// fragments, are left alone: what they say is replaced or refined from the user's own file, which is nearer and wins.
#pragma once

#include "compiler/policy/decide.hpp"

#include <optional>
#include <string>

namespace sbx::policy {

struct Advice {
    std::string text;  ///< "add `hide /usr/bin/cc`"
    Policy changed;    ///< the policy with that done: it answers otherwise
};
/// nullopt where no single statement turns the answer.
[[nodiscard]] std::optional<Advice> advise(const Policy& policy, const Request& request);

}  // namespace sbx::policy
