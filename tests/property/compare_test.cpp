// Comparison against the oracle: over random pairs of policies, and every point of their universe, what compare() says is what the
// points say. Deterministic; a failure prints the two policies.
#include "compiler/policy/compare.hpp"

#include "compiler/policy/decide.hpp"
#include "tests/property/point_facts.hpp"
#include "tests/property/random_pairs.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>

namespace {

using sbx::policy::Comparison;
using sbx::policy::Domain;
using sbx::policy::Policy;
using sbx::policy::Region;
using sbx::policy::Relation;
using sbx::test::for_random_pairs;
using sbx::test::mutated;
using sbx::test::Pair;
using sbx::test::RandomStatement;

constexpr unsigned pairs = 9000;

Relation mirrored(Relation relation) {
    return relation == Relation::wider ? Relation::narrower : relation == Relation::narrower ? Relation::wider : relation;
}

bool holds(const std::vector<RandomStatement>& statements, const std::string& word) {
    return std::any_of(statements.begin(), statements.end(),
                       [&](const RandomStatement& statement) { return statement.text.find(word) != std::string::npos; });
}

/// The relation that the points give, for every value that both launches accept; nullopt where there is no such value.
std::optional<Relation> by_points(const Policy& before, const Policy& after, std::string& example) {
    std::vector<std::string> values{"/a/v"};
    if (before.parameters.count("p") + after.parameters.count("p") != 0) {
        values = {"/a/a", "/b/b", "/c/a", "/a/b/c", "/b/a/b", "/c/c/c"};
        for (const std::string& top : sbx::test::universe()) {
            if (top != "/" && top.size() <= 6) {
                values.push_back(top + "/v");
            }
        }
    }
    bool new_at_most = true;
    bool old_at_most = true;
    bool any = false;
    for (const std::string& value : values) {
        const auto left = sbx::test::with_value(before, value);
        const auto right = sbx::test::with_value(after, value);
        if (!left || !right) {
            continue;
        }
        any = true;
        std::vector<std::string> points;
        for (const std::string& suffix : sbx::test::universe()) {
            if (value != "/" && suffix.size() <= 6 && values.size() > 1) {
                points.push_back(suffix == "/" ? value : value + suffix);
            }
        }
        if (&value == &values.front() || value.ends_with("/v")) {
            const auto all = sbx::test::universe();
            points.insert(points.end(), all.begin(), all.end());
        }
        for (const std::string& point : points) {
            const auto old_facts = sbx::test::facts_at(*left, point);
            const auto new_facts = sbx::test::facts_at(*right, point);
            if (!at_most(new_facts, old_facts) || !at_most(old_facts, new_facts)) {
                example = point + " is " + old_facts.description + ", then " + new_facts.description + " with p=" + value;
            }
            new_at_most = new_at_most && at_most(new_facts, old_facts);
            old_at_most = old_at_most && at_most(old_facts, new_facts);
        }
    }
    return any ? std::optional(sbx::policy::relation_of(new_at_most, old_at_most)) : std::nullopt;
}

TEST(Comparison, IsWhatThePointsSayForEveryValueOfTheParameter) {
    std::map<Relation, unsigned> seen;
    unsigned with_parameter = 0;
    for_random_pairs(pairs / 3, [&](std::mt19937&, const Pair& pair) {
        const Policy& before = pair.before.profile.policy;
        const Policy& after = pair.after.profile.policy;
        const bool beyond_points = holds(pair.old_statements, "symlink") || holds(pair.new_statements, "symlink") ||
                                   holds(pair.old_statements, "?") || holds(pair.new_statements, "?");
        const bool same_values = before.parameters == after.parameters || before.parameters.empty() || after.parameters.empty();
        if (beyond_points || !same_values) {
            return;
        }
        std::string example;
        const auto wanted = by_points(before, after, example);
        if (!wanted) {
            return;
        }
        ++seen[*wanted];
        with_parameter += before.parameters.empty() && after.parameters.empty() ? 0 : 1;
        const Relation got = sbx::policy::compare(before, after).of(Domain::filesystem);
        EXPECT_EQ(got, *wanted) << to_text(got) << " instead of " << to_text(*wanted) << ": " << example;
    });
    for (const Relation relation : {Relation::equivalent, Relation::narrower, Relation::wider, Relation::incomparable}) {
        EXPECT_GT(seen[relation], 20U) << to_text(relation);
    }
    EXPECT_GT(with_parameter, 100U);
}

TEST(Comparison, FindsNothingExactlyWherePoliciesAreEqual) {
    unsigned equal = 0;
    for_random_pairs(pairs, [&](std::mt19937&, const Pair& pair) {
        const Policy& before = pair.before.profile.policy;
        const Policy& after = pair.after.profile.policy;
        equal += before == after ? 1 : 0;
        EXPECT_EQ(sbx::policy::compare(before, after).regions.empty(), before == after);
        EXPECT_TRUE(sbx::policy::compare(before, before).regions.empty());
    });
    EXPECT_GT(equal, 20U);
}

TEST(Comparison, IsTheMirrorTheOtherWayRound) {
    for_random_pairs(pairs, [](std::mt19937&, const Pair& pair) {
        const Comparison there = sbx::policy::compare(pair.before.profile.policy, pair.after.profile.policy);
        const Comparison back = sbx::policy::compare(pair.after.profile.policy, pair.before.profile.policy);
        EXPECT_EQ(there.overall, mirrored(back.overall));
        ASSERT_EQ(there.regions.size(), back.regions.size());
        for (std::size_t i = 0; i < there.regions.size(); ++i) {
            EXPECT_EQ(there.regions[i].subject, back.regions[i].subject);
            EXPECT_EQ(there.regions[i].relation, mirrored(back.regions[i].relation)) << there.regions[i].subject;
        }
    });
}

/// What decide() says of a point, with what it says it of.
std::string answer(const Policy& policy, sbx::policy::RequestKind kind, const sbx::policy::SandboxPath& path) {
    sbx::policy::Request request;
    request.kind = kind;
    request.path = path;
    const auto decision = sbx::policy::decide(policy, request);
    return std::to_string(static_cast<int>(decision.verdict)) + " " + std::string(to_text(decision.view));
}

/// Every value of its parameter lies below a `hide`: then nothing is allowed, and values that both accept do not exist.
bool refuses_every_launch(const Policy& policy) {
    return answer(policy, sbx::policy::RequestKind::read, sbx::policy::SandboxPath()) == "0 absent";
}

TEST(Comparison, IsTransitive) {
    unsigned chains = 0;
    for_random_pairs(pairs, [&](std::mt19937& random, const Pair& pair) {
        const auto third = sbx::test::compile(sbx::test::policy_text(mutated(random, pair.new_statements)));
        if (!third) {
            return;
        }
        const auto grows = [](const Policy& a, const Policy& b) {
            const Relation relation = sbx::policy::compare(a, b).overall;
            return relation == Relation::wider || relation == Relation::equivalent;
        };
        const Policy& a = pair.before.profile.policy;
        const Policy& b = pair.after.profile.policy;
        const Policy& c = third->profile.policy;
        // What can never be launched is refused when it is lowered, and is related to nothing.
        if (!refuses_every_launch(b) && grows(a, b) && grows(b, c)) {
            ++chains;
            EXPECT_TRUE(grows(a, c)) << sbx::policy::summary(sbx::policy::compare(a, c), "A", "C");
        }
    });
    EXPECT_GT(chains, 100U);
}

TEST(Comparison, ReportsEveryChangeThatDecideNotices) {
    const auto points = sbx::test::universe();
    unsigned noticed = 0;
    for_random_pairs(pairs / 6, [&](std::mt19937&, const Pair& pair) {
        const Policy& before = pair.before.profile.policy;
        const Policy& after = pair.after.profile.policy;
        const Comparison comparison = sbx::policy::compare(before, after);
        for (const std::string& point : points) {
            const auto path = *sbx::policy::SandboxPath::literal(point);
            for (const auto kind : {sbx::policy::RequestKind::read, sbx::policy::RequestKind::write}) {
                if (answer(before, kind, path) != answer(after, kind, path)) {
                    ++noticed;
                    EXPECT_FALSE(comparison.regions.empty()) << point;
                }
            }
        }
    });
    EXPECT_GT(noticed, 1000U);
}

TEST(Comparison, NarrowerNeverLetsAnythingOfTheHostBeReachedThatWasNot) {
    const auto points = sbx::test::universe();
    unsigned tried = 0;
    for_random_pairs(pairs / 6, [&](std::mt19937&, const Pair& pair) {
        const Policy& before = pair.before.profile.policy;
        const Policy& after = pair.after.profile.policy;
        const Relation relation = sbx::policy::compare(before, after).overall;
        if (relation == Relation::wider || relation == Relation::incomparable || refuses_every_launch(before)) {
            return;
        }
        ++tried;
        for (const std::string& point : points) {
            sbx::policy::Request request;
            request.path = *sbx::policy::SandboxPath::literal(point);
            const auto left = sbx::policy::decide(before, request);
            const auto right = sbx::policy::decide(after, request);
            if (left.verdict == sbx::policy::Verdict::depends || right.verdict == sbx::policy::Verdict::depends) {
                continue;
            }
            EXPECT_FALSE(right.view >= sbx::policy::View::host_read && left.view < sbx::policy::View::host_read) << point;
            EXPECT_FALSE(right.view == sbx::policy::View::host_write && left.view != sbx::policy::View::host_write) << point;
        }
    });
    EXPECT_GT(tried, 200U);
}

TEST(Comparison, EveryRegionHasAWitnessThatDecideAnswersDifferently) {
    unsigned witnesses = 0;
    for_random_pairs(pairs / 3, [&](std::mt19937&, const Pair& pair) {
        const Policy& before = pair.before.profile.policy;
        const Policy& after = pair.after.profile.policy;
        if (!(before.parameters == after.parameters) || refuses_every_launch(before) || refuses_every_launch(after)) {
            return;
        }
        for (const Region& region : sbx::policy::compare(before, after).regions) {
            const bool other_value =
                region.relation == Relation::equivalent || !region.condition.empty() ||
                region.before.words.find("host's") != std::string::npos || region.after.words.find("host's") != std::string::npos ||
                region.claim.find("can fill") != std::string::npos || region.claim.find("contents") != std::string::npos ||
                region.claim.find("where the host lacks it") != std::string::npos ||
                region.before.words.find("link") != std::string::npos || region.after.words.find("link") != std::string::npos;
            EXPECT_FALSE(region.claim.empty()) << region.subject;
            if (other_value || region.domain != Domain::filesystem) {
                continue;
            }
            ++witnesses;
            ASSERT_TRUE(region.request.has_value()) << region.subject;
            EXPECT_NE(answer(before, region.request->kind, region.request->path),
                      answer(after, region.request->kind, region.request->path))
                << region.witness << ": " << region.claim;
        }
    });
    EXPECT_GT(witnesses, 500U);
}

TEST(Comparison, AddingADenialNeverWidens) {
    const auto points = sbx::test::universe();
    unsigned narrowed_count = 0;
    for (unsigned seed = 0; seed < 3000 && !HasFailure(); ++seed) {
        std::mt19937 random(seed);
        auto statements = sbx::test::random_statements(random);
        const auto before = sbx::test::compile(sbx::test::policy_text(statements));
        const std::string hidden = points[1 + random() % (points.size() - 1)];
        const bool taken = std::any_of(statements.begin(), statements.end(), [&](const auto& each) { return each.path == hidden; });
        if (!before || taken) {
            continue;
        }
        statements.push_back({"hide", hidden, "hide " + hidden + "/"});
        const auto after = sbx::test::compile(sbx::test::policy_text(statements));
        if (!after) {
            continue;
        }
        const Relation relation = sbx::policy::compare(before->profile.policy, after->profile.policy).overall;
        EXPECT_TRUE(relation == Relation::narrower || relation == Relation::equivalent)
            << seed << ": hiding " << hidden << " in " << sbx::test::policy_text(statements);
        narrowed_count += relation == Relation::narrower ? 1 : 0;
    }
    EXPECT_GT(narrowed_count, 300U);
}

TEST(Comparison, SettingsAreMirroredAndEqualExactlyWhereNothingIsFound) {
    for (unsigned seed = 0; seed < 3000 && !HasFailure(); ++seed) {
        std::mt19937 random(seed);
        const std::string old_text = sbx::test::policy_text(sbx::test::random_settings(random));
        const std::string new_text = sbx::test::policy_text(sbx::test::random_settings(random));
        const auto before = sbx::test::compile(old_text);
        const auto after = sbx::test::compile(new_text);
        if (!before || !after) {
            continue;
        }
        const Comparison there = sbx::policy::compare(before->profile.policy, after->profile.policy);
        const Comparison back = sbx::policy::compare(after->profile.policy, before->profile.policy);
        EXPECT_EQ(there.regions.empty(), before->profile.policy == after->profile.policy) << old_text << new_text;
        EXPECT_EQ(there.overall, mirrored(back.overall)) << old_text << new_text;
        for (const Domain domain : sbx::policy::all_domains) {
            EXPECT_EQ(there.of(domain), mirrored(back.of(domain))) << to_text(domain) << old_text << new_text;
        }
        for (const Region& region : there.regions) {
            EXPECT_FALSE(region.claim.empty()) << region.subject;
            EXPECT_NE(region.before.words, "") << region.subject;
        }
    }
}

}  // namespace
