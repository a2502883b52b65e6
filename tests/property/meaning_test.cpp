// What must hold for every policy: order is nothing, the nearest statement decides, a denial never widens. Each runs over random
// policies and looks at every point of their universe.
#include "compiler/plan/lower.hpp"
#include "compiler/policy/canonical_json.hpp"
#include "compiler/policy/decide.hpp"
#include "emitters/emit.hpp"
#include "tests/property/random_policy.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace {

using sbx::test::Compiled;
using sbx::test::RandomStatement;

constexpr unsigned compared_policies = 1500;

bool decided(const Compiled& compiled, sbx::policy::RequestKind kind, const std::string& path) {
    sbx::policy::Request request;
    request.kind = kind;
    request.path = *sbx::policy::SandboxPath::literal(path);
    const auto decision = sbx::policy::decide(compiled.profile.policy, request);
    EXPECT_NE(decision.verdict, sbx::policy::Verdict::depends) << path;
    return decision.verdict == sbx::policy::Verdict::allowed;
}

bool at_or_below(const std::string& path, const std::string& top) {
    return path == top || top == "/" || path.starts_with(top + "/");
}

/// The third opinion: what the statements say, by looking for the longest path at or above. Below a `dir`, as below nothing, there
/// is only what leads to another node.
std::string nearest_verb(const std::vector<RandomStatement>& statements, const std::string& path) {
    const RandomStatement* nearest = nullptr;
    bool above_another = path == "/";
    for (const RandomStatement& statement : statements) {
        if (at_or_below(path, statement.path) && (nearest == nullptr || statement.path.size() > nearest->path.size())) {
            nearest = &statement;
        }
        above_another = above_another || statement.path.starts_with(path + "/");
    }
    if (nearest != nullptr && (nearest->verb != "dir" || nearest->path == path)) {
        return nearest->verb;
    }
    return above_another ? "implied" : "absent";
}

/// How much can be done at a place, from least to most; an empty directory on the way to a mask is nothing gained.
int privilege(const Compiled& compiled, const std::string& path) {
    sbx::policy::Request request;
    request.path = *sbx::policy::SandboxPath::literal(path);
    switch (sbx::policy::decide(compiled.profile.policy, request).view) {
        case sbx::policy::View::absent:
        case sbx::policy::View::masked:
        case sbx::policy::View::implied_directory:
        case sbx::policy::View::link:
            return 0;
        case sbx::policy::View::private_read:
            return 1;
        case sbx::policy::View::procfs:
        case sbx::policy::View::device:
        case sbx::policy::View::private_write:
            return 2;
        case sbx::policy::View::host_read:
            return 3;
        case sbx::policy::View::host_write:
        case sbx::policy::View::socket:
            return 4;
    }
    return 0;
}

sbx::emit::Bundle bundle_of(const Compiled& compiled) {
    sbx::DiagnosticSink sink;
    const auto plan = sbx::plan::lower(compiled.profile.policy, sink);
    EXPECT_FALSE(sink.has_errors());
    sbx::emit::BundleInfo info;
    info.profile = "random";
    info.compiler = "policyc";
    info.policy_json = sbx::policy::canonical_json(compiled.profile.policy);
    return sbx::emit::emit(plan, info);
}

template <class Body>
void for_random_policies(Body body) {
    unsigned accepted = 0;
    for (unsigned seed = 0; seed < compared_policies && !testing::Test::HasFailure(); ++seed) {
        std::mt19937 random(seed);
        auto statements = sbx::test::random_statements(random);
        const auto compiled = sbx::test::compile(sbx::test::policy_text(statements));
        if (compiled) {
            ++accepted;
            body(random, statements, *compiled);
        }
        if (testing::Test::HasFailure()) {
            ADD_FAILURE() << "seed " << seed << ": " << sbx::test::policy_text(statements);
        }
    }
    EXPECT_GT(accepted, compared_policies / 4) << "the generator makes too few policies that mean something";
}

TEST(Meaning, OrderOfStatementsChangesNoByte) {
    for_random_policies([](std::mt19937& random, std::vector<RandomStatement>& statements, const Compiled& compiled) {
        std::shuffle(statements.begin(), statements.end(), random);
        const auto shuffled = sbx::test::compile(sbx::test::policy_text(statements));
        ASSERT_TRUE(shuffled.has_value());
        EXPECT_EQ(compiled.profile.policy, shuffled->profile.policy);
        EXPECT_EQ(bundle_of(compiled), bundle_of(*shuffled));
    });
}

TEST(Meaning, TheNearestStatementDecides) {
    const auto points = sbx::test::universe();
    for_random_policies([&](std::mt19937&, const std::vector<RandomStatement>& statements, const Compiled& compiled) {
        for (const std::string& point : points) {
            const std::string verb = nearest_verb(statements, point);
            const bool readable = verb == "read" || verb == "write" || verb == "tmpfs" || verb == "dir" || verb == "implied";
            EXPECT_EQ(decided(compiled, sbx::policy::RequestKind::read, point), readable) << point << " is " << verb;
            EXPECT_EQ(decided(compiled, sbx::policy::RequestKind::write, point), verb == "write" || verb == "tmpfs")
                << point << " is " << verb;
        }
    });
}

TEST(Meaning, AddingADenialNeverWidens) {
    const auto points = sbx::test::universe();
    for_random_policies([&](std::mt19937& random, std::vector<RandomStatement>& statements, const Compiled& compiled) {
        const std::string hidden = points[1 + random() % (points.size() - 1)];
        const bool taken = std::any_of(statements.begin(), statements.end(), [&](const auto& each) { return each.path == hidden; });
        if (taken) {
            return;
        }
        statements.push_back({"hide", hidden, "hide " + hidden + "/"});
        const auto narrowed = sbx::test::compile(sbx::test::policy_text(statements));
        if (!narrowed) {
            return;
        }
        for (const std::string& point : points) {
            EXPECT_LE(privilege(*narrowed, point), privilege(compiled, point)) << point << " after hiding " << hidden;
            for (const auto kind : {sbx::policy::RequestKind::write, sbx::policy::RequestKind::exec}) {
                EXPECT_LE(decided(*narrowed, kind, point), decided(compiled, kind, point)) << point << " after hiding " << hidden;
            }
        }
    });
}

}  // namespace
