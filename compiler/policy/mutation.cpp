// Judging mutants. An expectation that does not hold for the policy itself notices nothing.
#include "compiler/policy/mutation.hpp"

#include "compiler/policy/judge.hpp"
#include "compiler/policy/mutants.hpp"

#include <algorithm>

namespace sbx::policy {
namespace {

std::vector<const Expectation*> holding(const Profile& profile) {
    std::vector<const Expectation*> expectations;
    for (const Test& test : profile.tests) {
        for (const Expectation& expectation : test.expectations) {
            if (judge(profile.policy, expectation).holds) {
                expectations.push_back(&expectation);
            }
        }
    }
    // The first that notices is enough, and a `never` looks at many places.
    std::stable_partition(expectations.begin(), expectations.end(), [](const Expectation* each) { return !each->never; });
    return expectations;
}

}  // namespace

MutationReport mutate(const Profile& profile) {
    const std::vector<const Expectation*> expectations = holding(profile);
    MutationReport report;
    report.passed_over = for_each_mutant(profile.policy, [&](const Mutant& mutant) {
        if (mutant.policy == profile.policy) {
            ++report.equivalent;
            return;
        }
        if (mutant.askable == Askable::no_request) {
            report.out_of_reach.push_back({mutant.change, mutant.origin});
            return;
        }
        const bool noticed = std::any_of(expectations.begin(), expectations.end(),
                                         [&](const Expectation* each) { return !judge(mutant.policy, *each).holds; });
        if (noticed) {
            ++report.noticed;
        } else if (auto missing = tell_apart(profile.policy, mutant.policy)) {
            report.survivors.push_back({mutant.change, mutant.origin, *std::move(missing)});
        } else {
            report.out_of_reach.push_back({mutant.change, mutant.origin});
        }
    });
    return report;
}

}  // namespace sbx::policy
