// Limits, environment, process and network: values, and what this release refuses.
#include "compiler/policy/loader_variables.hpp"
#include "compiler/policy/statement_table.hpp"
#include "tests/support/memory_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

namespace sbx {
namespace {

using test::resolve_profile;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> settings_codes(const std::string& text) {
    return resolve_profile(text).codes();
}

TEST(ResolveSettings, UnknownWordsNameTheNearestAndTheBlockTheyBelongIn) {
    const auto typo = resolve_profile("filesystem { raed /usr }");
    EXPECT_THAT(typo.codes(), ElementsAre("L001"));
    EXPECT_THAT(typo.sink.sorted()[0].help.at(0), HasSubstr("read PATH"));
    const auto misplaced = resolve_profile("filesystem { keep TZ }");
    EXPECT_THAT(misplaced.sink.sorted()[0].help.at(0), HasSubstr("an `environment` block"));
}

TEST(ResolveSettings, EveryStatementHasASignatureThatBeginsWithIt) {
    std::set<std::pair<policy::Context, std::string_view>> seen;
    for (const auto& info : policy::statement_table()) {
        EXPECT_EQ(info.signature.substr(0, info.keyword.size()), info.keyword);
        EXPECT_FALSE(info.summary.empty());
        EXPECT_TRUE(seen.emplace(info.context, info.keyword).second) << info.keyword;
    }
}

TEST(ResolveSettings, LimitsNeedTheirUnit) {
    const auto resolved = resolve_profile("limits { cpu-time 60 }");
    EXPECT_THAT(resolved.codes(), ElementsAre("R007"));
    EXPECT_EQ(resolved.sink.sorted()[0].fixes.at(0).replacement, "60s");
    EXPECT_THAT(settings_codes("limits { file-size 5 }"), ElementsAre("R007"));
    EXPECT_THAT(settings_codes("limits { core 0 }"), IsEmpty());
    EXPECT_THAT(settings_codes("limits { processes 5M }"), ElementsAre("S010"));
    EXPECT_THAT(settings_codes("limits { processes 5; processes 6 }"), ElementsAre("L004"));
}

TEST(ResolveSettings, CoreDumpsAreOffUnlessAskedFor) {
    const auto resolved = resolve_profile("");
    ASSERT_EQ(resolved.profile.policy.limits.count(policy::Limit::core), 1U);
    EXPECT_FALSE(resolved.profile.policy.limits.at(policy::Limit::core).origin.known());
    EXPECT_EQ(resolved.profile.policy, resolve_profile("limits { core 0 }").profile.policy);
}

TEST(ResolveSettings, LimitsUnderWhichNothingStartsAreRefused) {
    for (const char* low :
         {"cpu-time 10ms", "open-files 4", "processes 0", "file-size 1K", "address-space 1M", "stack 4K", "data 1M"}) {
        EXPECT_THAT(settings_codes(std::string("limits { ") + low + " }"), ElementsAre("R006")) << low;
    }
    EXPECT_THAT(settings_codes("limits { cpu-time 1500ms }"), ElementsAre("S010"));
    EXPECT_THAT(settings_codes("param n: count 0-9\nlimits { processes $n }"), ElementsAre("R006"));
    EXPECT_THAT(settings_codes("param n: count 1-9\nlimits { processes $n }"), IsEmpty());
    EXPECT_THAT(settings_codes("param n: count 1-9\nlimits { file-size $n }"), ElementsAre("L014"));
}

TEST(ResolveSettings, WhatNoTargetDeliversIsRefused) {
    for (const char* statement : {"require landlock 10", "require landlock 0", "unconfined because \"x\""}) {
        EXPECT_THAT(settings_codes(statement), ElementsAre("P013")) << statement;
    }
}

TEST(ResolveSettings, WhatMayDegradeIsALimitThatTheProfileSets) {
    using policy::Limit;
    const auto policy_of = [](const std::string& text) { return resolve_profile(text).profile.policy; };
    const std::string limits = "\nlimits { memory 64M; cpus 2 }";
    const policy::Policy both = policy_of("may-degrade memory cpus because \"x\"" + limits);
    EXPECT_EQ(both.may_degrade.size(), 2U);
    EXPECT_EQ(both, policy_of("may-degrade all because \"y\"" + limits));
    EXPECT_EQ(
        policy_of("may-degrade all because \"y\"\nmay-degrade memory because \"x\"" + limits).may_degrade.at(Limit::memory).reason,
        "x");
    EXPECT_EQ(
        policy_of("may-degrade memory because \"x\"\nmay-degrade all because \"y\"" + limits).may_degrade.at(Limit::memory).reason,
        "x")
        << "in either order";
    EXPECT_NE(both, policy_of(limits));
    EXPECT_TRUE(policy_of("may-degrade memory because \"x\"\nlimits { memory unlimited }").may_degrade.empty());
    EXPECT_TRUE(policy_of("may-degrade memory because \"x\"").may_degrade.empty());
}

TEST(ResolveSettings, GraceGoesWithALimitThatHasTheSandboxEnded) {
    using policy::Limit;
    const policy::Policy policy = resolve_profile("limits { wall-time 5m }").profile.policy;
    EXPECT_EQ(policy.limits.at(Limit::grace).value, policy::LimitValue{std::uint64_t{2000}});
    EXPECT_EQ(policy, resolve_profile("limits { wall-time 300s; grace 2000ms }").profile.policy);
    EXPECT_NE(policy, resolve_profile("limits { wall-time 300s; grace 0s }").profile.policy);
    EXPECT_EQ(resolve_profile("limits { grace 5s }").profile.policy, resolve_profile("").profile.policy);
    EXPECT_EQ(resolve_profile("limits { wall-time unlimited; grace 5s }").profile.policy.limits.count(Limit::grace), 0U);
    EXPECT_EQ(resolve_profile("limits { output 5M }").profile.policy.limits.at(Limit::grace).value,
              policy::LimitValue{std::uint64_t{2000}});
    EXPECT_EQ(resolve_profile("limits { output 5M }").profile.policy,
              resolve_profile("limits { output 5120K; grace 2s }").profile.policy);
    EXPECT_EQ(resolve_profile("limits { output unlimited; grace 5s }").profile.policy.limits.count(Limit::grace), 0U);
    EXPECT_THAT(settings_codes("limits { output 0 }"), IsEmpty());
    EXPECT_THAT(settings_codes("limits { output 1048576T }"), IsEmpty());
    EXPECT_THAT(settings_codes("limits { output 1048577T }"), ElementsAre("S010"));
    EXPECT_THAT(settings_codes("limits { output 5M; wall-time 1s }\nprocess { survive-parent }"), ElementsAre("R008", "R008"));
    EXPECT_THAT(settings_codes("limits { output 5M }\nprocess { controlling-terminal keep }"), ElementsAre("R008"));
    EXPECT_THAT(settings_codes("limits { wall-time 5m; grace unlimited }"), ElementsAre("S010"));
    EXPECT_THAT(settings_codes("limits { wall-time 36501d }"), ElementsAre("S010"));
    EXPECT_THAT(settings_codes("limits { wall-time 36500d }"), IsEmpty());
    EXPECT_THAT(settings_codes("limits { wall-time 0ms }"), ElementsAre("R006"));
    EXPECT_THAT(settings_codes("limits { wall-time 5m }\nprocess { survive-parent }"), ElementsAre("R008"));
    EXPECT_THAT(settings_codes("limits { wall-time unlimited }\nprocess { survive-parent }"), IsEmpty());
    EXPECT_THAT(settings_codes("limits { wall-time 5m }\nprocess { controlling-terminal keep }"), ElementsAre("R008"));
}

TEST(ResolveSettings, VariablesThatSteerLoadersAreNeitherKeptNorAccepted) {
    for (const char* name :
         {"LD_PRELOAD", "PYTHONPATH", "NODE_OPTIONS", "BASH_ENV", "http_proxy", "GIT_DIR", "P*", "*", "LD_*", "IFS"}) {
        EXPECT_THAT(settings_codes(std::string("environment { keep ") + name + " }"), ElementsAre("P005")) << name;
        EXPECT_TRUE(policy::is_loader_variable(name)) << name;
    }
    EXPECT_THAT(settings_codes("environment { accept PATH }"), ElementsAre("P005"));
    EXPECT_THAT(settings_codes("environment { keep PATH LANG LC_* TZ; accept PAYLOAD_*; set LD_PRELOAD = \"/x\" }"), IsEmpty());
    EXPECT_THAT(settings_codes("environment { keep A; set A = \"x\" }"), ElementsAre("L004"));
    EXPECT_THAT(settings_codes("environment { set A = 5 }"), ElementsAre("S010"));
    EXPECT_THAT(settings_codes("environment { set A-B = \"5\" }"), ElementsAre("S010"));
}

TEST(ResolveSettings, RunAsIsNeverRoot) {
    EXPECT_THAT(settings_codes("process { run-as 0 }"), ElementsAre("P014"));
    EXPECT_THAT(settings_codes("process { run-as 5:0 }"), ElementsAre("P014"));
    EXPECT_THAT(settings_codes("process { run-as nobody }"), ElementsAre("S010"));
    EXPECT_THAT(settings_codes("process { run-as 65532:65532; hostname a; pass-descriptor 3 9; share ipc; survive-parent }"),
                IsEmpty());
}

TEST(ResolveSettings, TargetsListWhatEveryBundleNeeds) {
    EXPECT_THAT(settings_codes("target bwrap overlay"), ElementsAre("P010"));
    EXPECT_THAT(settings_codes("target bwrap bind-fd disable-userns overlay"), IsEmpty());
    EXPECT_THAT(settings_codes("target runc"), ElementsAre("S009"));
}

TEST(ResolveSettings, EveryMistakeOfAFileIsReportedInOneRun) {
    const auto codes = settings_codes("filesystem { raed /a; read b }\nlimits { cpu-time 5 }\nnetwork maybe\nprocess { run-as 0 }");
    EXPECT_THAT(codes, ElementsAre("L001", "F024", "R007", "S009", "P014"));
}

}  // namespace
}  // namespace sbx
