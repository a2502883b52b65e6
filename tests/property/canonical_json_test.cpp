// policy.json is the policy: whatever a random policy means is read back equal, and equal meaning is equal bytes.
#include "compiler/policy/canonical_json.hpp"

#include "compiler/policy/read_canonical_json.hpp"
#include "tests/property/random_policy.hpp"

#include <gtest/gtest.h>

namespace {

using namespace sbx::test;

constexpr unsigned written_policies = 5000;

/// How many of the policies mean something.
template <class Make>
unsigned read_back_all(Make make) {
    unsigned read_back = 0;
    for (unsigned seed = 0; seed < written_policies && !testing::Test::HasFailure(); ++seed) {
        std::mt19937 random(seed);
        const std::vector<RandomStatement> statements = make(random);
        const auto compiled = compile(policy_text(statements));
        if (!compiled) {
            continue;
        }
        const std::string text = sbx::policy::canonical_json(compiled->profile.policy);
        const auto read = sbx::policy::read_canonical_json(text);
        EXPECT_TRUE(read.policy.has_value()) << "seed " << seed << ", line " << read.line << ": " << read.error << "\n" << text;
        if (!read.policy) {
            break;
        }
        EXPECT_EQ(*read.policy, compiled->profile.policy) << text;
        EXPECT_EQ(sbx::policy::canonical_json(*read.policy), text);
        ++read_back;
    }
    return read_back;
}

TEST(CanonicalJson, IsReadBackAsTheSamePolicy) {
    const unsigned read_back = read_back_all([](std::mt19937& random) {
        auto statements = random_view(random);
        for (RandomStatement& setting : random_settings(random)) {
            statements.push_back(std::move(setting));
        }
        return statements;
    });
    EXPECT_GT(read_back, written_policies / 4) << "the generator makes too few policies that mean something";
}

TEST(CanonicalJson, OfANetworkIsReadBackAsTheSameNetwork) {
    EXPECT_GT(read_back_all(random_network), written_policies / 2) << "the generator makes too few networks that mean something";
}

}  // namespace
