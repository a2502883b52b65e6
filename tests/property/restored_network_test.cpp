// What a bundle tells of its network's statements is read back as the network that they came from, or not at all.
#include "compiler/policy/restored_network.hpp"

#include "compiler/policy/filtered_network.hpp"
#include "compiler/policy/network_text.hpp"
#include "tests/property/random_policy.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace sbx::test {
namespace {

using policy::Network;
using policy::NetworkRule;
using policy::NetworkStatement;

constexpr unsigned networks = 3000;

struct Told {
    std::vector<std::string> statements;
    std::vector<Origin> origins;
};

Told told_of(const Network& network) {
    Told told;
    for (const NetworkRule& rule : network.rules) {
        told.statements.push_back(policy::whole_statement(network, rule));
        told.origins.push_back(rule.origin);
    }
    return told;
}

/// As a bundle has it.
Network without_rules(Network network) {
    network.rules.clear();
    return network;
}

/// What the network would be without rule `left_out`; its resolvers stay.
Network lacking(const policy::Policy& policy, std::size_t left_out) {
    std::vector<NetworkRule> rules;
    for (std::size_t i = 0; i < policy.network.rules.size(); ++i) {
        if (i != left_out && policy.network.rules[i].statement != NetworkStatement::resolver) {
            rules.push_back(policy.network.rules[i]);
        }
    }
    return policy::filtered_network(policy.parameters, std::move(rules), policy.network.resolvers, {}, {});
}

template <class Body>
unsigned for_random_networks(Body body) {
    unsigned filtered = 0;
    for (unsigned seed = 0; seed < networks && !testing::Test::HasFailure(); ++seed) {
        std::mt19937 random(seed);
        const std::string text = policy_text(random_network(random));
        const auto compiled = compile(text);
        if (compiled && compiled->profile.policy.network.mode.value == policy::NetworkMode::filtered) {
            SCOPED_TRACE("seed " + std::to_string(seed) + ":\n" + text);
            ++filtered;
            body(compiled->profile.policy);
        }
    }
    return filtered;
}

TEST(RestoredNetwork, HasTheStatementsThatItWasMadeOf) {
    const unsigned tried = for_random_networks([](const policy::Policy& policy) {
        const Told told = told_of(policy.network);
        const auto restored =
            policy::restored_network(policy.parameters, without_rules(policy.network), told.statements, told.origins);
        ASSERT_TRUE(restored) << testing::PrintToString(told.statements);
        EXPECT_EQ(*restored, policy.network);
        const Told again = told_of(*restored);
        ASSERT_EQ(again.statements.size(), told.statements.size());
        for (std::size_t i = 0; i < again.statements.size(); ++i) {
            const auto at = std::find(told.statements.begin(), told.statements.end(), again.statements[i]);
            ASSERT_NE(at, told.statements.end()) << again.statements[i];
            const Origin& meant = told.origins[static_cast<std::size_t>(at - told.statements.begin())];
            EXPECT_EQ(again.origins[i].file, meant.file);
            EXPECT_EQ(again.origins[i].span.begin, meant.span.begin);
        }
    });
    EXPECT_GE(tried, networks / 3);
}

TEST(RestoredNetwork, IsNotMadeOfStatementsThatMeanAnother) {
    unsigned needed = 0;
    for_random_networks([&needed](const policy::Policy& policy) {
        for (std::size_t i = 0; i < policy.network.rules.size(); ++i) {
            if (policy.network.rules[i].statement == NetworkStatement::resolver) {
                continue;
            }
            Told told = told_of(policy.network);
            told.statements.erase(told.statements.begin() + static_cast<std::ptrdiff_t>(i));
            told.origins.erase(told.origins.begin() + static_cast<std::ptrdiff_t>(i));
            const bool same = policy::off_if_closed(lacking(policy, i)) == policy.network;
            const auto restored =
                policy::restored_network(policy.parameters, without_rules(policy.network), told.statements, told.origins);
            EXPECT_EQ(restored.has_value(), same) << "without statement " << i;
            needed += same ? 0 : 1;
        }
    });
    EXPECT_GE(needed, networks / 3);
}

TEST(RestoredNetwork, IsNotMadeOfWhatIsNoStatement) {
    const auto compiled = compile("sbx 1\nprofile p\nnetwork { allow tcp to 10.0.0.1 port 80 }\n");
    ASSERT_TRUE(compiled);
    const policy::Policy& policy = compiled->profile.policy;
    const auto restored = [&](const std::vector<std::string>& statements) {
        return policy::restored_network(policy.parameters, without_rules(policy.network), statements,
                                        std::vector<Origin>(statements.size()))
            .has_value();
    };
    EXPECT_TRUE(restored({"allow tcp to 10.0.0.1 port 80"}));
    EXPECT_FALSE(restored({}));
    EXPECT_FALSE(restored({"allow"}));
    EXPECT_FALSE(restored({"allow tcp to 10.0.0.1 port 80", "allow tcp to 10.0.0.2 port 80"}));
    EXPECT_FALSE(restored({"allow tcp to 10.0.0.1\nport 80"}));
    EXPECT_FALSE(restored({"}", "network { allow tcp to 10.0.0.2"}));
    EXPECT_FALSE(restored({std::string("allow tcp to 10.0.0.1 port 80\0", 30)}));
}

}  // namespace
}  // namespace sbx::test
