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

/// Which of many statements of one kind are changed. Each mutant is a policy of its own, so that changing every statement takes the
/// square of their number; where that is more than anybody waits for, every second, third, … is changed, the first among them.
class MutationPace {
public:
    /// `statements` of a policy, all of which each mutant has.
    explicit MutationPace(std::size_t statements) : step_(1 + statements * statements / (most_copied + 1)) {}
    /// Asked once for each, in order.
    bool takes() {
        const bool taken = next_++ % step_ == 0;
        passed_ += taken ? 0 : 1;
        return taken;
    }
    [[nodiscard]] std::size_t passed() const { return passed_; }

private:
    static constexpr std::size_t most_copied = 1'000'000;  // some seconds
    std::size_t step_;
    std::size_t next_ = 0;
    std::size_t passed_ = 0;
};

/// Hands each mutant on in turn, those that mean the same as `policy` included; only of what stands outside the standard fragments,
/// and of the network's mode. A change that resolve() would refuse is no mutant. Returns how many statements were
/// passed over because there are too many: see MutationPace.
std::size_t for_each_mutant(const Policy& policy, const std::function<void(const Mutant&)>& body);

}  // namespace sbx::policy
