// Limits, process, sizes and the enforcement table.
#include "compiler/plan/stages.hpp"
#include "compiler/plan/words.hpp"
#include "plan_fixture.hpp"

#include <algorithm>
#include <gmock/gmock.h>

namespace sbx::plan {
namespace {

using policy::Limit;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

LimitTable limits_of(Limit limit, policy::LimitValue value, std::size_t errors = 0) {
    DiagnosticSink sink;
    policy::Limits limits;
    limits[limit] = {std::move(value), {}};
    LimitTable table = lower_limits(limits, {}, sink);
    EXPECT_EQ(sink.error_count(), errors);
    return table;
}

TEST(LowerLimits, EveryRlimitHasItsKernelName) {
    const std::vector<std::pair<Limit, std::string>> names = {
        {Limit::address_space, "as"},      {Limit::data, "data"},
        {Limit::stack, "stack"},           {Limit::core, "core"},
        {Limit::locked_memory, "memlock"}, {Limit::message_queues, "msgqueue"},
        {Limit::file_size, "fsize"},       {Limit::open_files, "nofile"},
    };
    for (const auto& [limit, name] : names) {
        EXPECT_THAT(limits_of(limit, std::uint64_t{4096}).limits, ElementsAre(ResourceLimit{name, std::uint64_t{4096}, 0, {}}));
    }
}

TEST(LowerLimits, ProcessesAreCountedBesideBubblewrapsOwn) {
    EXPECT_THAT(limits_of(Limit::processes, std::uint64_t{1}).limits, ElementsAre(ResourceLimit{"nproc", std::uint64_t{1}, 2, {}}));
}

TEST(LowerLimits, ProcessorTimeIsRoundedDownToSecondsButNeverToNothing) {
    EXPECT_THAT(limits_of(Limit::cpu_time, std::uint64_t{60'999}).limits,
                ElementsAre(ResourceLimit{"cpu", std::uint64_t{60}, 0, {}}));
    EXPECT_THAT(limits_of(Limit::cpu_time, std::uint64_t{1000}).limits, ElementsAre(ResourceLimit{"cpu", std::uint64_t{1}, 0, {}}));
    EXPECT_TRUE(limits_of(Limit::cpu_time, std::uint64_t{999}, 1).limits.empty());
}

TEST(LowerLimits, UnlimitedAndParametersStayWhatTheyAre) {
    EXPECT_THAT(limits_of(Limit::cpu_time, policy::Unlimited{}).limits,
                ElementsAre(ResourceLimit{"cpu", policy::Unlimited{}, 0, {}}));
    EXPECT_THAT(limits_of(Limit::open_files, policy::ParameterValue{"n"}).limits,
                ElementsAre(ResourceLimit{"nofile", policy::ParameterValue{"n"}, 0, {}}));
}

TEST(LowerLimits, WhatACgroupKeepsIsNoRlimit) {
    for (const auto& [limit, name] : {std::pair(Limit::memory, "memory"), std::pair(Limit::cpus, "cpus")}) {
        const LimitTable table = limits_of(limit, std::uint64_t{4096});
        EXPECT_TRUE(table.limits.empty());
        EXPECT_THAT(table.cgroup, ElementsAre(CgroupLimit{name, 4096, {}, {}}));
        EXPECT_TRUE(limits_of(limit, policy::Unlimited{}).cgroup.empty());
        EXPECT_TRUE(limits_of(limit, policy::ParameterValue{"p"}, 1).cgroup.empty()) << "refused rather than dropped";
    }
    DiagnosticSink sink;
    policy::Limits limits;
    limits[Limit::memory] = {std::uint64_t{4096}, {}};
    policy::Degradations degradations;
    degradations[Limit::memory].reason = "none here";
    const LimitTable table = lower_limits(limits, degradations, sink);
    ASSERT_EQ(table.cgroup.size(), 1U);
    EXPECT_EQ(table.cgroup[0].degradation.value().reason, "none here");
    EXPECT_TRUE(limits_of(Limit::tmpfs_total, std::uint64_t{4096}).limits.empty());
}

TEST(LowerLimits, WhatTheSupervisorMeasuresIsNoRlimit) {
    const LimitTable table = limits_of(Limit::wall_time, std::uint64_t{1500});
    EXPECT_TRUE(table.limits.empty());
    EXPECT_THAT(table.supervised, ElementsAre(SupervisedLimit{"wall-time", 1500, {}}));
    EXPECT_TRUE(limits_of(Limit::wall_time, policy::Unlimited{}).supervised.empty());
    EXPECT_THAT(limits_of(Limit::output, std::uint64_t{5}).supervised, ElementsAre(SupervisedLimit{"output", 5, {}}));
    EXPECT_TRUE(limits_of(Limit::output, policy::Unlimited{}).supervised.empty());
    EXPECT_TRUE(limits_of(Limit::wall_time, policy::ParameterValue{"p"}, 1).supervised.empty());
}

TEST(LowerLimits, TheTableIsSortedByName) {
    DiagnosticSink sink;
    policy::Limits limits;
    limits[Limit::cpu_time] = {std::uint64_t{1000}, {}};
    limits[Limit::address_space] = {std::uint64_t{1}, {}};
    limits[Limit::processes] = {std::uint64_t{1}, {}};
    limits[Limit::core] = {std::uint64_t{0}, {}};
    std::vector<std::string> names;
    for (const ResourceLimit& limit : lower_limits(limits, {}, sink).limits) {
        names.push_back(limit.name);
    }
    EXPECT_THAT(names, ElementsAre("as", "core", "cpu", "nproc"));
}

std::vector<std::string> options_of(const policy::Policy& policy) {
    return lower_process(policy).options;
}

TEST(LowerProcess, EverythingIsPrivateUnlessShared) {
    EXPECT_THAT(options_of({}),
                ElementsAre("--unshare-user", "--disable-userns", "--unshare-pid", "--unshare-ipc", "--unshare-uts",
                            "--unshare-cgroup", "--unshare-net", "--die-with-parent", "--new-session", "--cap-drop", "ALL"));
}

TEST(LowerProcess, EachGrantLeavesItsOwnSwitchOut) {
    const std::vector<std::pair<Located<bool> policy::Process::*, std::string>> switches = {
        {&policy::Process::keep_terminal, "--new-session"},      {&policy::Process::nested_namespaces, "--disable-userns"},
        {&policy::Process::survive_parent, "--die-with-parent"}, {&policy::Process::share_ipc, "--unshare-ipc"},
        {&policy::Process::share_uts, "--unshare-uts"},
    };
    for (const auto& [member, option] : switches) {
        policy::Policy policy;
        (policy.process.*member).value = true;
        const auto options = options_of(policy);
        EXPECT_THAT(options, Not(Contains(option)));
        EXPECT_EQ(options.size(), options_of({}).size() - 1);
    }
}

TEST(LowerProcess, BubblewrapMakesANetworkOnlyWhereThereIsNone) {
    policy::Policy policy;
    policy.network.mode.value = policy::NetworkMode::host;
    EXPECT_THAT(options_of(policy), Not(Contains("--unshare-net")));
    policy.network.mode.value = policy::NetworkMode::filtered;
    EXPECT_THAT(options_of(policy), Not(Contains("--unshare-net"))) << "the launcher's own, which is filtered already";
    policy.network.mode.value = policy::NetworkMode::off;
    EXPECT_THAT(options_of(policy), Contains("--unshare-net"));
}

policy::Policy with_reads(std::uint32_t count) {
    policy::Policy policy;
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::string name = "/srv/tree/n" + std::to_string(i);
        policy.filesystem.nodes.emplace(path(name), read(name));
    }
    return policy;
}

TEST(Lower, MoreMountsThanBubblewrapTakesAreRefusedWithTheirNumber) {
    DiagnosticSink sink;
    auto policy = with_reads(3000);
    policy.filesystem.required[path("/srv/tree/n0/x")] = {false, {}};
    static_cast<void>(lower(policy, sink));
    const auto found = sink.sorted();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found.front().kind, DiagnosticKind::many_mounts);
    EXPECT_THAT(found.front().message, HasSubstr("3000 mounts"));
    EXPECT_THAT(found.front().message, HasSubstr("9023 words"));
    EXPECT_THAT(found.front().notes,
                ElementsAre(HasSubstr("1 paths needed no mount"), HasSubstr("3000 of the mounts lie directly in `/srv/tree`")));
}

TEST(Lower, TheLastMountThatFitsIsAccepted) {
    const std::uint32_t fixed = [] {
        DiagnosticSink sink;
        return word_count(lower({}, sink));
    }();
    const std::uint32_t most = (word_limit - fixed) / 3;
    DiagnosticSink fits;
    static_cast<void>(lower(with_reads(most), fits));
    EXPECT_FALSE(fits.has_errors());
    DiagnosticSink too_many;
    static_cast<void>(lower(with_reads(most + 1), too_many));
    EXPECT_TRUE(too_many.has_errors());
}

TEST(Lower, EnvironmentNamesCountAsWords) {
    const auto policy_with = [](std::uint32_t names) {
        auto policy = with_reads(2800);
        for (std::uint32_t i = 0; i < names; ++i) {
            policy.environment.kept.emplace("N" + std::to_string(i), Origin{});
        }
        return policy;
    };
    DiagnosticSink few;
    static_cast<void>(lower(policy_with(10), few));
    EXPECT_FALSE(few.has_errors());
    DiagnosticSink many;
    static_cast<void>(lower(policy_with(200), many));
    EXPECT_TRUE(many.has_errors());
}

TEST(Lower, FeaturesAreThoseThatTheArgumentsUse) {
    DiagnosticSink sink;
    policy::Policy policy;
    EXPECT_THAT(lower(policy, sink).required_features, ElementsAre("bwrap:add-seccomp-fd", "bwrap:bind-fd", "bwrap:disable-userns",
                                                                   "bwrap:perms", "bwrap:size", "user-namespace"));
    policy.process.nested_namespaces.value = true;
    EXPECT_THAT(lower(policy, sink).required_features, Not(Contains("bwrap:disable-userns")));
}

std::vector<std::string> rows_of(const policy::Policy& policy) {
    std::vector<std::string> rows;
    for (const Enforcement& row : enforcement_table(policy)) {
        rows.push_back(row.statement + " | " + row.protection + " | " + row.status);
    }
    return rows;
}

TEST(EnforcementTable, EveryStatementHasItsRow) {
    auto policy = policy_of({{"/usr", read("/usr")}});
    policy.filesystem.workdir = {path("/usr"), {}};
    policy.limits[Limit::cpu_time] = {std::uint64_t{2000}, {}};
    policy.limits[Limit::core] = {std::uint64_t{0}, {}};
    policy.environment.kept.emplace("LANG", Origin{});
    policy.environment.fixed["CI"] = {Text("true"), {}};
    policy.process.run_as = {policy::IdPair{7, 8}, {}};
    policy.process.share_ipc.value = true;
    const auto rows = rows_of(policy);
    for (const char* const row :
         {"filesystem /usr | mount-namespace | enforced", "filesystem workdir | mount-namespace | enforced",
          "network off | network-namespace | enforced", "limits cpu-time | rlimits | enforced", "limits core | rlimits | enforced",
          "environment keep LANG | environment | enforced", "environment set CI | environment | enforced",
          "process run-as 7:8 | user-id (root callers; an ordinary caller keeps its own) | enforced",
          "process share ipc | granted | enforced", "process private uts | uts-namespace | enforced",
          "syscalls default | system-calls | enforced"}) {
        EXPECT_THAT(rows, Contains(row));
    }
}

TEST(EnforcementTable, EveryStatementAboutSystemCallsHasItsRow) {
    policy::Policy policy;
    policy::SystemCallRule debugs;
    debugs.allows = true;
    debugs.calls.set(*policy::find_system_call("ptrace"));
    debugs.words = "ptrace";
    debugs.reason = "a debugger";
    policy::SystemCallRule quiet;
    quiet.calls.set(*policy::find_system_call("setns"));
    quiet.words = "setns";
    policy.sockets.rules = {{{"unix", "inet"}, "", {}}};
    policy.system_calls = policy::system_calls_of({}, {quiet, debugs}, false);
    for (const char* const row :
         {"syscalls changed | system-calls | enforced", "syscalls allow ptrace because \"a debugger\" | granted | enforced",
          "syscalls deny setns | system-calls | enforced", "sockets families | system-calls | enforced",
          "sockets allow inet unix | granted | enforced"}) {
        EXPECT_THAT(rows_of(policy), Contains(row));
    }
    policy.system_calls = policy::system_calls_of({policy::FilterMode::only, {}}, {debugs}, false);
    EXPECT_THAT(rows_of(policy), Contains("syscalls only | system-calls | enforced"));
    policy.system_calls = policy::system_calls_of({policy::FilterMode::unrestricted, {}}, {}, false);
    policy.system_calls.unfiltered_reason = "it debugs";
    EXPECT_THAT(rows_of(policy), Contains("syscalls unrestricted because \"it debugs\" | granted | enforced"));
}

}  // namespace
}  // namespace sbx::plan
