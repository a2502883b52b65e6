// What must hold for the mutants of every policy: the expectation that is offered for a survivor holds for the policy, in its own
// file as it was printed, and fails for that mutant; and one that is said to be out of reach answers every request at every point
// of the universe as the policy does.
#include "compiler/policy/mutation.hpp"

#include "compiler/policy/check.hpp"
#include "compiler/policy/flat_nodes.hpp"
#include "compiler/policy/judge.hpp"
#include "compiler/policy/mutants.hpp"
#include "tests/property/random_policy.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace {

using namespace sbx::policy;
using sbx::test::RandomStatement;

constexpr unsigned mutated_policies = 600;

std::vector<RandomStatement> random_whole(std::mt19937& random) {
    std::vector<RandomStatement> statements = sbx::test::random_view(random);
    std::vector<RandomStatement> settings = sbx::test::random_settings(random);
    std::move(settings.begin(), settings.end(), std::back_inserter(statements));
    const auto is_core = [](const RandomStatement& each) { return each.text.starts_with("core "); };
    if (random() % 4 == 0 && std::none_of(statements.begin(), statements.end(), is_core)) {
        statements.push_back({"core", "", "core 0", "limits"});  // what it is anyway
    }
    return statements;
}

/// Every survivor's line, pasted into the policy, is read, holds, and is what was judged.
void expect_lines_hold(const std::string& text, const MutationReport& report) {
    std::string tested = text + "test \"survivors\" {\n";
    for (const Survivor& survivor : report.survivors) {
        tested += to_statement(survivor.missing) + "\n";
    }
    const auto compiled = sbx::test::compile(tested + "}\n");
    ASSERT_TRUE(compiled.has_value()) << tested;
    ASSERT_EQ(compiled->profile.tests.size(), 1U);
    const auto& expectations = compiled->profile.tests[0].expectations;
    ASSERT_EQ(expectations.size(), report.survivors.size()) << tested;
    for (std::size_t i = 0; i < expectations.size(); ++i) {
        EXPECT_TRUE(judge(compiled->profile.policy, expectations[i]).holds) << to_statement(expectations[i]);
        EXPECT_EQ(expectations[i].request, report.survivors[i].missing.request) << to_statement(expectations[i]);
    }
}

bool answers_alike(const Policy& a, const Policy& b) {
    for (const std::string& point : sbx::test::universe()) {
        for (const RequestKind kind : {RequestKind::read, RequestKind::write, RequestKind::exec}) {
            Request request;
            request.kind = kind;
            request.path = *SandboxPath::literal(point);
            if (decide(a, request).verdict != decide(b, request).verdict) {
                // A test can say neither of an answer that depends on the launch.
                if (decide(a, request).verdict != Verdict::depends) {
                    return false;
                }
            }
        }
    }
    return true;
}

struct Sums {
    std::size_t survivors = 0, equivalent = 0, out_of_reach = 0;
};

void expect_mutants(const Profile& profile, const MutationReport& report, bool exhaustive) {
    auto survivor = report.survivors.begin();
    std::size_t equivalent = 0;
    for_each_mutant(profile.policy, [&](const Mutant& mutant) {
        if (mutant.policy == profile.policy) {
            ++equivalent;
        } else if (survivor != report.survivors.end() && survivor->change == mutant.change) {
            EXPECT_TRUE(judge(profile.policy, survivor->missing).holds) << mutant.change;
            EXPECT_FALSE(judge(mutant.policy, survivor->missing).holds) << mutant.change << ": " << to_statement(survivor->missing);
            ++survivor;
        } else if (mutant.askable == Askable::yes && exhaustive) {
            EXPECT_TRUE(answers_alike(profile.policy, mutant.policy)) << mutant.change << " is said to be out of reach";
        }
    });
    EXPECT_EQ(survivor, report.survivors.end()) << "each survivor is one of the mutants, in their order";
    EXPECT_EQ(equivalent, report.equivalent);
}

TEST(Mutation, EverySurvivorsExpectationNoticesIt) {
    Sums sums;
    for (unsigned seed = 0; seed < mutated_policies && !testing::Test::HasFailure(); ++seed) {
        std::mt19937 random(seed);
        const std::string text = sbx::test::policy_text(random_whole(random));
        const auto compiled = sbx::test::compile(text);
        if (!compiled) {
            continue;
        }
        SCOPED_TRACE(text);
        const MutationReport report = mutate(compiled->profile);
        expect_mutants(compiled->profile, report, seed % 5 == 0);
        expect_lines_hold(text, report);
        sums.survivors += report.survivors.size();
        sums.equivalent += report.equivalent;
        sums.out_of_reach += report.out_of_reach.size();
    }
    EXPECT_GT(sums.survivors, 3000U);
    EXPECT_GT(sums.equivalent, 10U);
    RecordProperty("survivors", static_cast<int>(sums.survivors));
    std::printf("%zu survivors, %zu equivalent, %zu out of reach\n", sums.survivors, sums.equivalent, sums.out_of_reach);
}

TEST(Mutation, TheFlatFormOfEveryViewLeadsBackToIt) {
    unsigned tried = 0;
    for (unsigned seed = 0; seed < 3000 && !testing::Test::HasFailure(); ++seed) {
        std::mt19937 random(seed);
        const std::string text = sbx::test::policy_text(sbx::test::random_view(random));
        if (const auto compiled = sbx::test::compile(text)) {
            const Filesystem& filesystem = compiled->profile.policy.filesystem;
            EXPECT_EQ(from_flat(to_flat(filesystem), filesystem), filesystem) << text;
            ++tried;
        }
    }
    EXPECT_GT(tried, 1000U);
}

}  // namespace
