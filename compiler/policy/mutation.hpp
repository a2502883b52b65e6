// How much a policy's tests would notice: every mutant is judged by every expectation, and for each that none notices the
// expectation that would is found and verified. Mutants that mean the same as the policy are recognised exactly and left out.
#pragma once

#include "compiler/policy/policy.hpp"

#include <optional>
#include <string>
#include <vector>

namespace sbx::policy {

/// A change that no expectation noticed.
struct Survivor {
    std::string change;
    Origin origin;
    Expectation missing;  ///< holds for the policy, not for the mutant; both were judged
};
/// A change about which nothing can be said in a test.
struct OutOfReach {
    std::string change;
    Origin origin;
};
struct MutationReport {
    std::size_t equivalent = 0;
    std::size_t passed_over = 0;  ///< statements that were not changed, of more than are tried
    std::size_t noticed = 0;
    std::vector<Survivor> survivors;
    std::vector<OutOfReach> out_of_reach;  ///< no expectation of the language tells them from the policy, or none was found

    /// Those that an expectation can notice.
    [[nodiscard]] std::size_t judged() const { return noticed + survivors.size(); }
};
[[nodiscard]] MutationReport mutate(const Profile& profile);

/// An expectation that holds for `policy` and not for `mutant`; nullopt when none was found.
[[nodiscard]] std::optional<Expectation> tell_apart(const Policy& policy, const Policy& mutant);

}  // namespace sbx::policy
