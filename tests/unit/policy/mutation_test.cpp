// What `policyc test --mutate` rests on: which changes are made, which of them mean the same, and what would notice the rest.
#include "compiler/policy/mutation.hpp"

#include "compiler/policy/flat_nodes.hpp"
#include "compiler/policy/judge.hpp"
#include "compiler/policy/mutants.hpp"
#include "tests/support/memory_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

namespace sbx {
namespace {

using test::Resolved;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> changes_of(const Resolved& resolved) {
    std::vector<std::string> changes;
    policy::for_each_mutant(resolved.profile.policy, [&](const policy::Mutant& mutant) {
        if (mutant.askable == policy::Askable::yes) {
            changes.push_back(mutant.change);
        }
    });
    return changes;
}

/// `CHANGE: EXPECTATION` of each survivor.
std::vector<std::string> survivors_of(const std::string& statements) {
    const Resolved resolved = test::resolve_profile(statements);
    EXPECT_THAT(resolved.messages(), IsEmpty());
    std::vector<std::string> lines;
    for (const policy::Survivor& survivor : policy::mutate(resolved.profile).survivors) {
        lines.push_back(survivor.change + ": " + policy::to_statement(survivor.missing));
    }
    return lines;
}

TEST(Mutants, EachStatementIsDroppedFlippedAndWidened) {
    EXPECT_THAT(changes_of(test::resolve_profile("filesystem { read /srv/a; hide /srv/a/x/; tmpfs /t }")),
                ElementsAre("without `read /srv/a`", "`write /srv/a` for `read /srv/a`", "`read /srv/a?` for `read /srv/a`",
                            "`read /srv` for `read /srv/a`", "without `hide /srv/a/x/`", "without `tmpfs /t`",
                            "`dir /t` for `tmpfs /t`", "`network host` for `network off`"));
    EXPECT_THAT(
        changes_of(test::resolve_profile("network host\nlimits { cpu-time 5s; open-files unlimited }\nenvironment { set A = \"1\"; "
                                         "keep B LC_*; accept C }")),
        ElementsAre("`network off` for `network host`", "without `cpu-time 5s`", "`cpu-time 10s` for `cpu-time 5s`",
                    "without `open-files unlimited`", "without `set A`", "without `keep B`", "`keep B*` for `keep B`",
                    "without `keep LC_*`", "`keep LC*` for `keep LC_*`", "without `accept C`", "`accept C*` for `accept C`"));
}

TEST(Mutants, OfManyStatementsEveryFewAreChanged) {
    const auto trees = [](int count) {
        std::string statements = "filesystem {\n";
        for (int i = 0; i < count; ++i) {
            statements += "tmpfs /t/" + std::to_string(i) + "\n";
        }
        return test::resolve_profile(statements + "}\n");
    };
    EXPECT_EQ(policy::mutate(trees(300).profile).passed_over, 0U);
    const Resolved many = trees(3000);
    std::size_t mutants = 0;
    std::set<std::uint32_t> changed;
    const std::size_t passed = policy::for_each_mutant(many.profile.policy, [&](const policy::Mutant& mutant) {
        ++mutants;
        changed.insert(mutant.origin.known() ? mutant.origin.span.begin : 0);
    });
    EXPECT_EQ(passed, 3000U - 3000U / 9 - 1);
    EXPECT_LT(mutants, 900U);
    EXPECT_GT(changed.size(), 300U);
}

TEST(Mutants, WhatTheCompilerWouldRefuseIsNone) {
    const auto changes = changes_of(test::resolve_profile("filesystem { read /usr; dir /x; symlink /x/l -> /usr }"));
    EXPECT_THAT(changes, Not(Contains("`write /usr` for `read /usr`")));  // F029
    EXPECT_THAT(changes, Not(Contains("`tmpfs /x` for `dir /x`")));       // F030: a link below a writable node
    EXPECT_THAT(changes, Contains("without `dir /x`"));
}

TEST(Mutants, StandardFragmentsAreNotTheAuthorsToTest) {
    EXPECT_THAT(changes_of(test::resolve_profile("use std/system\nfilesystem { read /srv }")),
                ElementsAre("without `read /srv`", "`write /srv` for `read /srv`", "`read /srv?` for `read /srv`",
                            "`network host` for `network off`"));  // `read /` would have the links of std/system in it
}

TEST(Mutants, AStatementThatRepeatsAWiderOneStandsUpWhenThatGoes) {
    const Resolved resolved = test::resolve_profile("filesystem { read /srv; read /srv/a }");
    bool seen = false;
    policy::for_each_mutant(resolved.profile.policy, [&](const policy::Mutant& mutant) {
        if (mutant.change == "without `read /srv`") {
            seen = true;
            EXPECT_EQ(mutant.policy.filesystem.nodes.count(*policy::SandboxPath::literal("/srv/a")), 1U);
        }
    });
    EXPECT_TRUE(seen);
}

TEST(Mutation, ChangesThatMeanTheSameAreRecognisedAndLeftOut) {
    const auto equivalent = [](const std::string& statements) {
        return policy::mutate(test::resolve_profile(statements).profile).equivalent;
    };
    EXPECT_EQ(equivalent("filesystem { read /srv/a; hide /srv/a/x }"), 0U);
    EXPECT_EQ(equivalent("environment { keep LC_* }"), 0U);
    EXPECT_EQ(equivalent("limits { core 0 }"), 2U);  // 0 is the default, and twice 0 is 0
    EXPECT_EQ(equivalent("limits { core 1M }"), 0U);
}

TEST(Mutation, ASurvivorComesWithTheExpectationThatWouldNoticeIt) {
    EXPECT_THAT(
        survivors_of("filesystem { read /srv/a; hide /srv/a/x/ }\ntest \"t\" { denied connect tcp 192.0.2.1:1 }"),
        ElementsAre("without `read /srv/a`: allowed read /srv/a/other", "`write /srv/a` for `read /srv/a`: denied write /srv/a",
                    "`read /srv` for `read /srv/a`: denied read /srv/other", "without `hide /srv/a/x/`: denied read /srv/a/x"));
    EXPECT_THAT(survivors_of("limits { cpu-time 5s }\nenvironment { keep LC_* }\nnetwork host"),
                ElementsAre("`network off` for `network host`: allowed connect tcp 192.0.2.1:443",
                            "without `cpu-time 5s`: limit cpu-time 5s", "`cpu-time 10s` for `cpu-time 5s`: limit cpu-time 5s",
                            "without `keep LC_*`: sees LC_OTHER", "`keep LC*` for `keep LC_*`: hides LCOTHER"));
}

TEST(Mutation, WhatAnExpectationNoticesDoesNotSurvive) {
    EXPECT_THAT(
        survivors_of(
            "filesystem { read /srv/a; hide /srv/a/x/ }\n"
            "test \"t\" { allowed read /srv/a /srv/a/b; never write /; denied read /srv /srv/b /srv/a/x; denied connect tcp "
            "192.0.2.1:1 }"),
        IsEmpty());
    // One that fails is no witness.
    EXPECT_THAT(survivors_of("network host\ntest \"t\" { denied connect tcp 192.0.2.1:1 }"),
                ElementsAre("`network off` for `network host`: allowed connect tcp 192.0.2.1:443"));
}

TEST(Mutation, WhatNoExpectationIsAboutIsSaidAndNotCounted) {
    const policy::MutationReport report = policy::mutate(test::resolve_profile("process { survive-parent }").profile);
    std::vector<std::string> changes;
    for (const policy::OutOfReach& each : report.out_of_reach) {
        changes.push_back(each.change);
    }
    EXPECT_THAT(changes, Contains("without `survive-parent`"));
    EXPECT_THAT(changes, Contains("with `share ipc`"));
    EXPECT_EQ(report.judged(), 1U);  // the network
}

TEST(Mutation, OptionalIsNoticedWhereItDecidesSomething) {
    EXPECT_THAT(survivors_of("filesystem { write /srv; read /srv/a }\ntest \"t\" { never write /srv/a; allowed write /srv }"),
                Not(Contains(testing::HasSubstr("`read /srv/a?`"))));
    EXPECT_THAT(survivors_of("filesystem { write /srv; read /srv/a }\ntest \"t\" { allowed write /srv }"),
                Contains("`read /srv/a?` for `read /srv/a`: denied write /srv/a"));
}

TEST(FlatNodes, GoThereAndBack) {
    for (const char* statements : {"filesystem { read /srv; read /srv/a/; read /srv/a/b?; hide /srv/x }",
                                   "filesystem { read /srv as /x; read /srv/a as /x/a; write /srv/b; workdir /x }"}) {
        const policy::Filesystem filesystem = test::resolve_profile(statements).profile.policy.filesystem;
        EXPECT_EQ(policy::from_flat(policy::to_flat(filesystem), filesystem), filesystem) << statements;
    }
}

}  // namespace
}  // namespace sbx
