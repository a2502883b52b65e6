// Advice, typed as it stands: where it is to add a statement, the policy with that statement in it is compiled anew, and answers
// otherwise.
#include "compiler/policy/advise.hpp"

#include "tests/property/random_policy.hpp"

#include <gtest/gtest.h>

namespace {

using namespace sbx::policy;

constexpr unsigned advised_policies = 150;

/// The statement between the first two back-quotes of `add …`; empty for other advice, or one with a name to fill in.
std::string added_statement(const std::string& advice) {
    if (!advice.starts_with("add `") || advice.find("SOURCE") != std::string::npos) {
        return {};
    }
    return advice.substr(5, advice.find('`', 5) - 5);
}

TEST(Advice, WhatItSaysToAddTurnsTheAnswer) {
    unsigned added = 0;
    unsigned advised = 0;
    for (unsigned seed = 0; seed < advised_policies && !testing::Test::HasFailure(); ++seed) {
        std::mt19937 random(seed);
        const std::string text = sbx::test::policy_text(sbx::test::random_statements(random));
        const auto compiled = sbx::test::compile(text);
        if (!compiled) {
            continue;
        }
        for (const std::string& point : sbx::test::universe()) {
            for (const RequestKind kind : {RequestKind::read, RequestKind::write}) {
                Request request;
                request.kind = kind;
                request.path = *SandboxPath::literal(point);
                const auto advice = advise(compiled->profile.policy, request);
                const std::string statement = advice ? added_statement(advice->text) : "";
                advised += advice ? 1U : 0U;
                if (statement.empty() || random() % 8 != 0) {
                    continue;
                }
                const auto changed = sbx::test::compile(text + "filesystem { " + statement + " }\n");
                ASSERT_TRUE(changed.has_value()) << text << point << ": " << advice->text;
                EXPECT_NE(decide(changed->profile.policy, request).verdict, decide(compiled->profile.policy, request).verdict)
                    << text << point << ": " << advice->text;
                ++added;
            }
        }
    }
    EXPECT_GT(added, 1000U);
    EXPECT_GT(advised, 10000U);
    std::printf("%u pieces of advice, %u of them typed\n", advised, added);
}

}  // namespace
