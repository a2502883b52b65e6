// policy.json is the policy: whatever a random policy means is read back equal, and equal meaning is equal bytes.
#include "compiler/policy/canonical_json.hpp"

#include "compiler/policy/read_canonical_json.hpp"
#include "tests/property/random_policy.hpp"

#include <gtest/gtest.h>

namespace {

using namespace sbx::test;

constexpr unsigned policies = 5000;

TEST(CanonicalJson, IsReadBackAsTheSamePolicy) {
    unsigned read_back = 0;
    for (unsigned seed = 0; seed < policies && !HasFailure(); ++seed) {
        std::mt19937 random(seed);
        auto statements = random_view(random);
        for (RandomStatement& setting : random_settings(random)) {
            statements.push_back(std::move(setting));
        }
        const auto compiled = compile(policy_text(statements));
        if (!compiled) {
            continue;
        }
        const std::string text = sbx::policy::canonical_json(compiled->profile.policy);
        const auto read = sbx::policy::read_canonical_json(text);
        ASSERT_TRUE(read.policy.has_value()) << "seed " << seed << ", line " << read.line << ": " << read.error << "\n" << text;
        EXPECT_EQ(*read.policy, compiled->profile.policy) << text;
        EXPECT_EQ(sbx::policy::canonical_json(*read.policy), text);
        ++read_back;
    }
    EXPECT_GT(read_back, policies / 4) << "the generator makes too few policies that mean something";
}

}  // namespace
