// What policies say of system calls and sockets: how statements and files add up, the one normal form, and the ways back from it.
#include "compiler/policy/advise.hpp"
#include "compiler/policy/canonical_json.hpp"
#include "compiler/policy/compare.hpp"
#include "compiler/policy/coverage.hpp"
#include "compiler/policy/mutation.hpp"
#include "compiler/policy/read_canonical_json.hpp"
#include "compiler/policy/statement_text.hpp"
#include "tests/support/memory_files.hpp"

#include <gmock/gmock.h>

namespace sbx::test {
namespace {

using policy::Policy;
using policy::Relation;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Policy policy_of(const std::string& statements, const MemoryFiles& files = MemoryFiles()) {
    const Resolved resolved = resolve_profile(statements, files);
    EXPECT_FALSE(resolved.sink.has_errors()) << statements << testing::PrintToString(resolved.messages());
    return resolved.profile.policy;
}

std::string refused(const Policy& policy) {
    return policy::call_names(policy.system_calls.refused);
}

const std::string many[] = {
    "",
    "network host",
    "syscalls { deny @mount @aio }",
    "syscalls { allow ptrace because \"a debugger\"; allow @keyring because \"kerberos\"; deny chroot personality }",
    "syscalls { allow ioctl because \"x\" }",
    "syscalls { allow ioctl except TIOCSTI TIOCLINUX TIOCSETD 0x1234 }",
    "syscalls { deny ioctl clone }",
    "syscalls { allow clone because \"x\"; allow clone3 because \"x\" }",
    "process { nested-namespaces allow }",
    "process { nested-namespaces allow }\nsyscalls { deny mount unshare clone }",
    "syscalls only { }",
    "syscalls only { allow read close openat }",
    "syscalls only { allow @io @process; allow bpf because \"x\" }\nsockets { allow unix }",
    "syscalls unrestricted because \"legacy\"",
    "sockets { allow unix inet }",
    "sockets { allow netlink vsock because \"x\"; allow unix }\nnetwork host",
    "filesystem { socket /run/x/sock }",
};

TEST(SystemCallPolicies, ComeBackFromJsonAndFromTheirStatements) {
    for (const std::string& statements : many) {
        const Policy policy = policy_of(statements);
        const std::string json = policy::canonical_json(policy);
        const policy::ReadPolicy read = policy::read_canonical_json(json);
        ASSERT_TRUE(read.policy) << statements << ": " << read.error << " in line " << read.line;
        EXPECT_EQ(*read.policy, policy) << statements;
        std::string again;
        for (const std::string& line : policy::to_statements(policy)) {
            again += line + "\n";
        }
        EXPECT_EQ(policy_of(again), policy) << statements << "\n" << again;
        std::string from_bundle;
        for (const std::string& line : policy::to_statements(*read.policy)) {
            from_bundle += line + "\n";
        }
        EXPECT_EQ(policy_of(from_bundle), policy) << statements << "\n" << from_bundle;
    }
}

TEST(SystemCallPolicies, AreEqualExactlyWhereTheyMeanTheSame) {
    for (const std::string& a : many) {
        for (const std::string& b : many) {
            const bool same = policy::canonical_json(policy_of(a)) == policy::canonical_json(policy_of(b));
            EXPECT_EQ(policy_of(a) == policy_of(b), same);
            EXPECT_EQ(&a == &b, same) << a << "\n" << b;
            EXPECT_EQ(policy::compare(policy_of(a), policy_of(b)).regions.empty(), same) << a << "\n" << b;
        }
    }
    EXPECT_EQ(policy_of("syscalls { deny ptrace @mount }"), policy_of("syscalls { deny chroot }"));
    EXPECT_EQ(policy_of("syscalls { allow clone without namespaces }"), policy_of(""));
    EXPECT_EQ(policy_of("network host\nsockets { allow inet }"), policy_of("network host"));
    EXPECT_EQ(policy_of("sockets { allow netlink because \"x\" }"),
              policy_of("sockets { allow netlink netlink-route because \"y\" }"));
}

TEST(SystemCallPolicies, StatementsOfSeveralFilesAddUpAndDenialsWin) {
    const MemoryFiles files{{"debug.sbx", "sbx 1\nfragment debug\nsyscalls { allow @debug because \"gdb\" }\n"},
                            {"strict.sbx", "sbx 1\nfragment strict\nsyscalls { deny ptrace @aio }\nsockets { allow unix }\n"},
                            {"only.sbx", "sbx 1\nprofile only\nsyscalls only { allow read; deny bpf }\n"},
                            {"open.sbx", "sbx 1\nprofile open\nsyscalls unrestricted because \"x\"\n"}};
    const Policy both = policy_of("use \"debug.sbx\"\nuse \"strict.sbx\"", files);
    EXPECT_EQ(both, policy_of("use \"strict.sbx\"\nuse \"debug.sbx\"", files));
    EXPECT_THAT(refused(both), HasSubstr("ptrace"));
    EXPECT_EQ(refused(both).find("kcmp"), std::string::npos);
    EXPECT_EQ(both.sockets.allowed.count("unix"), 1U);
    const Policy added = policy_of("extends \"only.sbx\"\nsyscalls { allow close }", files);
    EXPECT_EQ(added, policy_of("syscalls only { allow read close }"));
    EXPECT_EQ(policy_of("use \"debug.sbx\"\nsyscalls only { allow read }", files), policy_of("syscalls only { allow read }"));
    EXPECT_EQ(policy_of("use \"strict.sbx\"\nsyscalls only { allow read close io_setup }", files).system_calls,
              policy_of("syscalls only { allow read close }").system_calls);
    EXPECT_TRUE(policy_of("extends \"open.sbx\"", files).system_calls.unrestricted.value);
    EXPECT_EQ(policy_of("extends \"open.sbx\"\nsyscalls only { allow read }", files), policy_of("syscalls only { allow read }"));
    EXPECT_EQ(policy_of("use \"strict.sbx\"\nsyscalls unrestricted because \"x\"", files),
              policy_of("syscalls unrestricted because \"x\""));
}

TEST(SystemCallPolicies, StatementsOfOtherFilesAreNotDead) {
    const MemoryFiles files{{"strict.sbx", "sbx 1\nfragment strict\nsyscalls { deny ptrace }\n"}};
    EXPECT_THAT(resolve_profile("use \"strict.sbx\"\nsyscalls { deny ptrace }", files).profile.dead_statements, IsEmpty());
    EXPECT_THAT(resolve_profile("syscalls { deny bpf }").profile.dead_statements, IsEmpty());
    const auto dead = resolve_profile("use \"strict.sbx\"\nsyscalls { allow ptrace because \"x\" }", files).profile.dead_statements;
    ASSERT_EQ(dead.size(), 1U);
    EXPECT_EQ(dead[0].severity, Severity::error);
}

TEST(SystemCallPolicies, AreComparedBySetInclusion) {
    struct Row {
        const char* before;
        const char* after;
        Relation relation;
    };
    const Row rows[] = {
        {"", "syscalls { allow ptrace because \"x\" }", Relation::wider},
        {"", "syscalls { deny chroot }", Relation::narrower},
        {"", "syscalls { deny chroot; allow bpf because \"x\" }", Relation::incomparable},
        {"", "syscalls { allow ioctl because \"x\" }", Relation::wider},
        {"", "syscalls { allow ioctl except TIOCSTI TIOCLINUX TIOCSETD }", Relation::narrower},
        {"", "syscalls { allow ioctl except TIOCSETD because \"x\" }", Relation::incomparable},
        {"", "syscalls { allow clone because \"x\" }", Relation::wider},
        {"", "syscalls only { allow read }", Relation::narrower},
        {"", "syscalls unrestricted because \"x\"", Relation::wider},
        {"syscalls only { allow @io }", "syscalls unrestricted because \"x\"", Relation::wider},
        {"", "sockets { allow unix }", Relation::wider},
        {"sockets { allow vsock because \"x\" }", "sockets { allow unix }", Relation::incomparable},
    };
    for (const Row& row : rows) {
        const policy::Comparison comparison = policy::compare(policy_of(row.before), policy_of(row.after));
        EXPECT_EQ(comparison.of(policy::Domain::syscalls), row.relation) << row.before << " / " << row.after;
        EXPECT_EQ(comparison.overall, row.relation);
        const policy::Comparison back = policy::compare(policy_of(row.after), policy_of(row.before));
        EXPECT_EQ(back.overall, row.relation == Relation::wider      ? Relation::narrower
                                : row.relation == Relation::narrower ? Relation::wider
                                                                     : row.relation);
    }
    EXPECT_EQ(policy::compare(policy_of("network off"), policy_of("network host")).of(policy::Domain::syscalls),
              Relation::equivalent);
}

TEST(SystemCallPolicies, AdviceTurnsTheAnswer) {
    const std::tuple<const char*, const char*, const char*> rows[] = {
        {"", "ptrace", "add `syscalls { allow ptrace because \"…\" }`"},
        {"", "read", "add `syscalls { deny read }`"},
        {"syscalls { deny @aio }", "io_setup", "take `io_setup` out of `deny @aio`"},
        {"syscalls { deny io_setup }", "io_setup", "remove `deny io_setup`"},
        {"syscalls { allow bpf because \"x\" }", "bpf", "remove `allow bpf because \"x\"`"},
        {"syscalls only { allow read }", "close", "add `syscalls only { allow close }`"},
        {"", "socket", "add `sockets { allow unix }`"}};
    for (const auto& [statements, name, text] : rows) {
        policy::Request request;
        request.kind = policy::RequestKind::syscall;
        request.name = name;
        const Resolved resolved = resolve_profile(statements);  // advice looks at where a statement stands
        const Policy& policy = resolved.profile.policy;
        const auto advice = policy::advise(policy, request);
        ASSERT_TRUE(advice) << statements << " " << name;
        if (std::string(name) != "socket") {
            EXPECT_EQ(advice->text, text);
        }
        EXPECT_NE(policy::decide(advice->changed, request).verdict, policy::decide(policy, request).verdict);
    }
}

TEST(SystemCallPolicies, TestsAskAboutThem) {
    const std::string statements =
        "filesystem { read /usr }\nsyscalls { allow ptrace because \"x\"; deny chroot }\ntest \"t\" { allowed syscall ptrace }";
    const Resolved resolved = resolve_profile(statements);
    std::map<std::string, bool> asked;
    const policy::Coverage coverage = policy::coverage(resolved.profile);
    for (const policy::Covered& each : coverage.statements) {
        asked[each.what] = each.asked;
    }
    EXPECT_TRUE(asked.at("`allow ptrace because \"x\"`"));
    EXPECT_FALSE(asked.at("`deny chroot`"));
    std::vector<std::string> missing;
    const policy::MutationReport report = policy::mutate(resolved.profile);
    for (const policy::Survivor& survivor : report.survivors) {
        if (survivor.change.find("chroot") != std::string::npos) {
            missing.push_back(survivor.change);
            EXPECT_EQ(survivor.missing.request.name, "chroot");
        }
        EXPECT_EQ(survivor.change.find("`allow ptrace"), std::string::npos) << survivor.change;
    }
    EXPECT_THAT(missing, ElementsAre("without `deny chroot`"));
}

TEST(SystemCallPolicies, JsonThatIsNoNormalFormIsRefused) {
    const std::string json = policy::canonical_json(policy_of("network host\nsyscalls { deny chroot }"));
    const std::pair<const char*, const char*> spoilt[] = {{"\"chroot\"", "\"chroot2\""},
                                                          {"\"chroot\"", "\"execve\""},
                                                          {"\"chroot\"", "\"ptrace\""},
                                                          {"[21522, 21532]", "[21532, 21522]"},
                                                          {"\"unrestricted\": false", "\"unrestricted\": true"},
                                                          {"\"inet\", \"inet6\"", "\"inet6\", \"inet\""},
                                                          {"\"inet\", ", ""},
                                                          {"\"inet\", ", "\"inet5\", "}};
    for (const auto& [from, to] : spoilt) {
        std::string changed = json;
        const std::size_t at = changed.find(from);
        ASSERT_NE(at, std::string::npos) << from << "\n" << json;
        changed.replace(at, std::string(from).size(), to);
        EXPECT_FALSE(policy::read_canonical_json(changed).policy) << from << " → " << to;
    }
}

}  // namespace
}  // namespace sbx::test
