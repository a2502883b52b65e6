// Every expectation of every test, judged, as findings.
#include "compiler/policy/check_parts.hpp"
#include "compiler/policy/judge.hpp"

namespace sbx::policy {

void check_tests(const Profile& profile, Findings& findings) {
    for (const Test& test : profile.tests) {
        for (const Expectation& expectation : test.expectations) {
            if (const Judgement judgement = judge(profile.policy, expectation); !judgement.holds) {
                findings.add(failure_of(profile.policy, test, expectation, judgement));
            }
        }
    }
}

}  // namespace sbx::policy
