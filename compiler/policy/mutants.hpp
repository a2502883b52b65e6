// Policies that differ from a given one by one small change, as a slip of the pen or a careless edit would make it: a statement
// dropped, `read` for `write`, a path widened to its parent, a limit doubled. Each is a normal form of its own. Deterministic: the
// same policy gives the same mutants in the same order.
#pragma once

#include "compiler/policy/policy.hpp"

#include <functional>
#include <string>

namespace sbx::policy {

enum class Askable : std::uint8_t {
    yes,        ///< an expectation may ask about what was changed
    no_request  ///< the language has no expectation about it: process switches, the host name
};

/// One change to a policy.
struct Mutant {
    std::string change;  ///< "`write /srv` for `read /srv`", "without `hide /srv/keys/`"
    Origin origin;       ///< of the statement that was changed; unknown for a default
    Askable askable = Askable::yes;
    Policy policy;
};

/// Hands each mutant on in turn, those that mean the same as `policy` included; only of what stands outside the standard fragments,
/// and of the network's mode. A change that resolve() would refuse is no mutant.
void for_each_mutant(const Policy& policy, const std::function<void(const Mutant&)>& body);

}  // namespace sbx::policy
