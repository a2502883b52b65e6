// Filters of policies that change the default: each is decided for every number and for the arguments that count, and held against
// decide().
#include "compiler/policy/decide.hpp"
#include "compiler/policy/filter_lines.hpp"
#include "tests/unit/emitters/seccomp_support.hpp"

#include <chrono>
#include <dlfcn.h>

namespace sbx::test {
namespace {

using emit::SeccompProgram;

constexpr std::uint32_t tiocsti = 0x5412;
constexpr std::uint32_t tioclinux = 0x541c;

const char* const filter_policies[] = {
    "",
    "network host",
    "network { allow tcp to 192.0.2.1 }",
    "process { nested-namespaces allow }",
    "syscalls { deny @mount @module; allow ptrace because \"x\"; allow ioctl except TIOCSTI TIOCLINUX; allow clone without "
    "namespaces }",
    "syscalls { allow @debug because \"x\"; deny ptrace socket @aio open creat }",
    "syscalls { allow ioctl because \"x\"; allow clone clone3 because \"x\" }\nsockets { allow unix; allow vsock netlink because "
    "\"x\" }",
    "syscalls { allow ioctl except TIOCSTI TIOCLINUX TIOCSETD 0x8912 }\nfilesystem { socket /run/x }",
    "syscalls only { }",
    "syscalls only { allow read close @memory @signal; allow ioctl except TIOCSTI TIOCLINUX }",
    "syscalls only { allow @file-system @io @process @memory @identity @network; allow bpf because \"x\" }\nsockets { allow unix }",
};

/// The same policy asked by name; arguments that no condition is about.
std::uint32_t meant_for_name(const policy::Policy& policy, const policy::SystemCallRow& row) {
    policy::Request request;
    request.kind = policy::RequestKind::syscall;
    request.name = std::string(row.name);
    if (policy::decide(policy, request).verdict == policy::Verdict::allowed || row.name == "socket") {
        return allow;
    }
    return row.answer == policy::CallAnswer::enosys ? enosys : eperm;
}

TEST(SeccompPolicy, EveryNumberIsAnsweredAsThePolicyDecides) {
    for (const char* const statements : filter_policies) {
        const policy::Policy policy = policy_of(statements);
        for (const auto& [name, audit] : {std::pair{"x86_64", x86_64}, std::pair{"aarch64", aarch64}}) {
            const BpfProgram program = program_of(statements, name);
            EXPECT_EQ(program.defect(), "") << statements;
            std::map<std::uint32_t, std::uint32_t> expected;
            for (const policy::SystemCallRow& row : policy::system_call_table()) {
                const std::uint32_t number = audit == x86_64 ? row.x86_64 : row.aarch64;
                if (number != policy::absent_call && row.name != "socket" && row.name != "socketpair") {
                    expected[number] = meant_for_name(policy, row);
                } else if (number != policy::absent_call) {
                    expected[number] = policy.system_calls.refused[*policy::find_system_call(row.name)] ? eperm : eafnosupport;
                }
            }
            for (std::uint32_t number = 0; number < 2048; ++number) {
                const auto known = expected.find(number);
                EXPECT_EQ(program.run({number, audit, 0, {}}), known == expected.end() ? enosys : known->second)
                    << statements << " " << name << " " << number;
            }
            for (const std::uint32_t number : {4096U, 0x3fffffffU, 0x80000000U, 0xbfffffffU}) {
                EXPECT_EQ(program.run({number, audit, 0, {}}), enosys);
            }
        }
    }
}

TEST(SeccompPolicy, RequestsOfIoctlAreComparedIn32Bits) {
    const auto ioctl = [](const char* statements, std::uint64_t request) {
        return program_of(statements, "x86_64").run({16, x86_64, 0, {0, request}});
    };
    for (const std::uint64_t high : {std::uint64_t{0}, high_bits}) {
        EXPECT_EQ(ioctl("", tiocsti | high), eperm);
        EXPECT_EQ(ioctl("syscalls { allow ioctl except TIOCSTI because \"x\" }", tiocsti | high), eperm);
        EXPECT_EQ(ioctl("syscalls { allow ioctl except TIOCSTI because \"x\" }", tioclinux | high), allow);
        EXPECT_EQ(ioctl("syscalls { allow ioctl because \"x\" }", tiocsti | high), allow);
        EXPECT_EQ(ioctl("syscalls { allow ioctl except TIOCSTI TIOCLINUX 0x8912 }", 0x8912 | high), eperm);
        EXPECT_EQ(ioctl("syscalls { deny ioctl }", 0x5401 | high), eperm);
        EXPECT_EQ(ioctl("syscalls only { allow @io }", tiocsti | high), eperm);
        EXPECT_EQ(ioctl("syscalls only { allow @io }", 0x5401 | high), allow);
    }
}

TEST(SeccompPolicy, NoPolicyOpensSignalsOnInput) {
    for (const char* statements : {"", "syscalls { allow ioctl because \"x\" }", "syscalls only { allow @io @file-system }"}) {
        const auto program = program_of(statements, "x86_64");
        EXPECT_EQ(program.run({16, x86_64, 0, {0, 0x5452U | high_bits}}), eperm) << statements;
        EXPECT_EQ(program.run({72, x86_64, 0, {0, 4 | high_bits, 0x2802U | high_bits}}), eperm) << statements;
        EXPECT_EQ(program.run({72, x86_64, 0, {0, 4, 0x0802U | high_bits}}), allow) << statements;
    }
}

TEST(SeccompPolicy, CloneMakesNamespacesOnlyWhereItIsAllowedTo) {
    const auto clone = [](const char* statements, std::uint64_t flags) {
        return program_of(statements, "aarch64").run({220, aarch64, 0, {flags}});
    };
    for (const std::uint64_t flag : {0x20000U, 0x02000000U, 0x04000000U, 0x08000000U, 0x10000000U, 0x20000000U, 0x40000000U}) {
        EXPECT_EQ(clone("syscalls { allow clone without namespaces }", flag | 17U), eperm);
        EXPECT_EQ(clone("syscalls { allow clone because \"x\" }", flag | 17U), allow);
        EXPECT_EQ(clone("syscalls only { allow @process }", flag | 17U), eperm);
        EXPECT_EQ(clone("syscalls only { allow clone without namespaces }", flag), eperm);
    }
    EXPECT_EQ(clone("syscalls only { allow @process }", 0x3d0f00), allow);
    EXPECT_EQ(clone("syscalls only { }", 0x3d0f00), eperm);
}

TEST(SeccompPolicy, FamiliesFollowTheNetworkTheSocketsAndTheirNames) {
    struct Row {
        const char* statements;
        std::set<std::uint64_t> families;
        bool routes;
    };
    const Row rows[] = {{"network off", {}, false},
                        {"network host", {2, 10}, true},
                        {"network { allow tcp to 192.0.2.1 }", {2, 10}, true},
                        {"sockets { allow unix inet }", {1, 2}, false},
                        {"filesystem { socket /run/x }", {1}, false},
                        {"sockets { allow vsock alg tipc because \"x\" }", {30, 38, 40}, false},
                        {"sockets { allow netlink-route }", {}, true},
                        {"network host\nsockets { allow netlink because \"x\" }", {2, 10, 16}, true}};
    for (const Row& row : rows) {
        for (const auto& [name, audit, socket, pair] :
             {std::tuple{"x86_64", x86_64, 41U, 53U}, std::tuple{"aarch64", aarch64, 198U, 199U}}) {
            const BpfProgram program = program_of(row.statements, name);
            for (std::uint64_t family = 0; family < 300; ++family) {
                for (const std::uint64_t high : {std::uint64_t{0}, high_bits}) {
                    const bool given = row.families.count(family) != 0;
                    const bool all = given && family == 16;
                    EXPECT_EQ(program.run({socket, audit, 0, {family | high, 1, high}}),
                              given || (family == 16 && row.routes) ? allow : eafnosupport)
                        << row.statements << " " << family;
                    EXPECT_EQ(program.run({socket, audit, 0, {family | high, 1, 9 | high}}),
                              given && (family != 16 || all) ? allow : eafnosupport)
                        << row.statements << " " << family;
                    EXPECT_EQ(program.run({pair, audit, 0, {family | high, 1, 0}}),
                              (given && family == 30) || family == 1 ? allow : eafnosupport)
                        << row.statements << " " << family;
                }
            }
        }
    }
}

TEST(SeccompPolicy, WithoutAFilterEverythingGoesThrough) {
    for (const SeccompProgram& program : programs_of("syscalls unrestricted because \"x\"")) {
        const BpfProgram decoded(program.bytes);
        EXPECT_EQ(decoded.instructions().size(), 1U);
        EXPECT_EQ(decoded.run({165, x86_64, 0, {}}), allow);
        EXPECT_EQ(decoded.run({165, 0x40000003U, 0, {}}), allow);
    }
}

/// Every second call of the table refused: the most ranges that there can be.
std::string alternating() {
    std::map<std::uint32_t, std::string_view> by_number;
    for (const policy::SystemCallRow& row : policy::system_call_table()) {
        if (row.x86_64 != policy::absent_call) {
            by_number.emplace(row.x86_64, row.name);
        }
    }
    std::string names;
    bool deny = false;
    for (const auto& [number, name] : by_number) {
        deny = !deny;
        if (deny && !policy::calls_of("@start")[*policy::find_system_call(name)]) {
            names += " " + std::string(name);
        }
    }
    return "syscalls { deny" + names + " }";
}

TEST(SeccompPolicy, NoAnswerIsMoreThanTwelveJumpsAway) {
    for (const std::string& statements : {std::string(), std::string("process { nested-namespaces allow }"), alternating(),
                                          std::string("syscalls only { allow @file-system @io @memory @signal @timer }")}) {
        for (const auto& [name, audit] : {std::pair{"x86_64", x86_64}, std::pair{"aarch64", aarch64}}) {
            const BpfProgram program = program_of(statements, name);
            EXPECT_EQ(program.defect(), "");
            std::size_t most = 0;
            for (std::uint32_t number = 0; number < 1024; ++number) {
                const bool looks_at_arguments = number == (audit == x86_64 ? 16 : 29) || number == (audit == x86_64 ? 56 : 220) ||
                                                number == (audit == x86_64 ? 41 : 198) || number == (audit == x86_64 ? 53 : 199);
                std::size_t jumps = 0;
                static_cast<void>(program.run({number, audit, 0, {}}, &jumps));
                most = std::max(most, looks_at_arguments ? 0 : jumps);
            }
            EXPECT_LE(most, 12U) << statements.substr(0, 60);
            EXPECT_GT(most, 6U);
        }
    }
}

TEST(SeccompPolicy, AreTheSameBytesWhateverTheOrder) {
    const auto one = programs_of("syscalls { deny ptrace; deny @aio; allow bpf because \"x\" }\nsockets { allow unix inet }");
    const auto other = programs_of("sockets { allow inet; allow unix }\nsyscalls { allow bpf because \"y\"; deny @aio ptrace }");
    EXPECT_EQ(one, other);
}

/// The library as a second opinion on a filter as a whole: its own program for the same rules, decided by the same interpreter.
TEST(SeccompPolicy, MeansWhatLibseccompMakesOfTheSameRules) {
    void* const library = dlopen("libseccomp.so.2", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        GTEST_SKIP() << "no libseccomp.so.2 here";
    }
    const auto init = reinterpret_cast<void* (*)(std::uint32_t)>(dlsym(library, "seccomp_init"));
    const auto add = reinterpret_cast<int (*)(void*, std::uint32_t, int, unsigned)>(dlsym(library, "seccomp_rule_add"));
    const auto write = reinterpret_cast<int (*)(void*, int)>(dlsym(library, "seccomp_export_bpf"));
    const auto release = reinterpret_cast<void (*)(void*)>(dlsym(library, "seccomp_release"));
    ASSERT_TRUE(init != nullptr && add != nullptr && write != nullptr && release != nullptr);
#if defined(__x86_64__)
    const char* const statements = "syscalls { deny @aio ptrace; allow kcmp because \"x\" }";
    const policy::Policy policy = policy_of(statements);
    void* const context = init(allow);
    std::set<std::uint32_t> told;
    for (std::size_t i = 0; i < policy::system_call_table().size(); ++i) {
        const policy::SystemCallRow& row = policy::system_call_table()[i];
        if (policy.system_calls.refused[i] && row.x86_64 != policy::absent_call) {
            const std::uint32_t answer = row.answer == policy::CallAnswer::enosys ? enosys : eperm;
            ASSERT_EQ(add(context, answer, static_cast<int>(row.x86_64), 0), 0) << row.name;
            told.insert(row.x86_64);
        }
    }
    std::FILE* const file = std::tmpfile();
    ASSERT_EQ(write(context, fileno(file)), 0);
    release(context);
    std::rewind(file);
    std::string bytes(1U << 16U, '\0');
    bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file));
    std::fclose(file);
    const BpfProgram theirs(bytes);
    const BpfProgram ours = program_of(statements, "x86_64");
    ASSERT_GT(told.size(), 70U);
    for (const std::uint32_t number : told) {
        EXPECT_EQ(ours.run({number, x86_64, 0, {}}), theirs.run({number, x86_64, 0, {}})) << number;
    }
    for (const policy::SystemCallRow& row : policy::system_call_table()) {
        if (row.x86_64 != policy::absent_call && row.name != "socket" && row.name != "socketpair") {
            EXPECT_EQ(ours.run({row.x86_64, x86_64, 0, {}}), theirs.run({row.x86_64, x86_64, 0, {}})) << row.name;
        }
    }
#else
    GTEST_SKIP() << "the rules are those of x86_64";
#endif
}

TEST(SeccompPolicy, CompilesInUnderTwoMilliseconds) {
    const policy::Policy policy = policy_of(alternating());
    auto best = std::chrono::steady_clock::duration::max();
    for (int i = 0; i < 10; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        const auto programs = emit::seccomp_programs(plan::lower_system_calls(policy));
        best = std::min(best, std::chrono::steady_clock::now() - begin);
        ASSERT_EQ(programs.size(), 2U);
    }
    EXPECT_LT(std::chrono::duration<double>(best).count(), 0.002 * 4)
        << "of an unoptimised test; the benchmark has the real number";
}

}  // namespace
}  // namespace sbx::test
