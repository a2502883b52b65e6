// Random pairs of policies, from one step apart to strangers, for what is said of two policies.
#pragma once

#include "compiler/policy/compare.hpp"
#include "tests/property/random_policy.hpp"

#include <algorithm>
#include <cstddef>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace sbx::test {

/// One step away: a statement left out, put in, or replaced.
inline std::vector<RandomStatement> mutated(std::mt19937& random, std::vector<RandomStatement> statements) {
    const auto other = random_view(random);
    const RandomStatement& fresh = other[random() % other.size()];
    const bool taken = std::any_of(statements.begin(), statements.end(), [&](const RandomStatement& statement) {
        return statement.path == fresh.path && statement.verb != "param";
    });
    const std::size_t at = random() % statements.size();
    if (random() % 3 == 0 && statements.size() > 1 && statements[at].verb != "param") {
        statements.erase(statements.begin() + static_cast<std::ptrdiff_t>(at));
    } else if (!taken && fresh.verb != "param") {
        statements.push_back(fresh);
    } else {
        for (RandomStatement& statement : statements) {
            if (statement.path == fresh.path) {
                statement = fresh;
            }
        }
    }
    return statements;
}

struct Pair {
    std::vector<RandomStatement> old_statements, new_statements;
    Compiled before, after;
};

/// Calls `body(random, pair)` for policies that are one or a few steps apart, or strangers.
template <class Body>
void for_random_pairs(unsigned count, Body body) {
    unsigned accepted = 0;
    for (unsigned seed = 0; seed < count && !testing::Test::HasFailure(); ++seed) {
        std::mt19937 random(seed);
        Pair pair;
        pair.old_statements = random_view(random);
        pair.new_statements = seed % 4 == 0 ? random_view(random) : mutated(random, pair.old_statements);
        if (seed % 4 == 3) {
            pair.new_statements = mutated(random, pair.new_statements);
        }
        const std::string old_text = policy_text(pair.old_statements);
        const std::string new_text = policy_text(pair.new_statements);
        auto before = compile(old_text);
        auto after = compile(new_text);
        if (!before || !after) {
            continue;
        }
        ++accepted;
        pair.before = std::move(*before);
        pair.after = std::move(*after);
        body(random, pair);
        if (testing::Test::HasFailure()) {
            ADD_FAILURE() << "seed " << seed << "\nold: " << old_text << "new: " << new_text << "\n"
                          << policy::summary(policy::compare(pair.before.profile.policy, pair.after.profile.policy), "OLD", "NEW");
        }
    }
    EXPECT_GT(accepted, count / 5) << "the generator makes too few pairs that mean something";
}

}  // namespace sbx::test
