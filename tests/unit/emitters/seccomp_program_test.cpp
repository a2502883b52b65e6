// The default filter, decided by an interpreter: what is refused, what must go through, and that the programs are sound.
#include "emitters/seccomp_program.hpp"

#include "emitters/bpf_assembler.hpp"
#include "tests/unit/emitters/seccomp_support.hpp"

#include <gtest/gtest.h>
#include <map>
#include <stdexcept>
#include <tuple>

namespace sbx::emit {
namespace {

using test::aarch64;
using test::allow;
using test::BpfProgram;
using test::eafnosupport;
using test::enosys;
using test::eperm;
using test::high_bits;
using test::kill_process;
using test::x86_64;

constexpr std::uint32_t i386 = 0x40000003U;
constexpr std::uint32_t arm = 0x40000028U;

/// With the four families that need no reason.
std::string statements(bool nested) {
    return std::string("network host\nsockets { allow unix }\n") + (nested ? "process { nested-namespaces allow }" : "");
}

const BpfProgram& program(const std::string& architecture, bool nested = false) {
    static const std::map<std::pair<std::string, bool>, BpfProgram> made = [] {
        std::map<std::pair<std::string, bool>, BpfProgram> programs;
        for (const std::string name : {"aarch64", "x86_64"}) {
            for (const bool each : {false, true}) {
                programs.emplace(std::pair(name, each), test::program_of(statements(each), name));
            }
        }
        return programs;
    }();
    return made.at({architecture, nested});
}

std::uint32_t decide(std::uint32_t architecture, std::uint32_t number, std::array<std::uint64_t, 6> arguments = {},
                     bool nested = false) {
    return program(architecture == aarch64 ? "aarch64" : "x86_64", nested).run({number, architecture, 0, arguments});
}

TEST(SeccompProgram, EveryProgramPassesTheKernelsChecks) {
    for (const bool nested : {false, true}) {
        const auto programs = test::programs_of(statements(nested));
        ASSERT_EQ(programs.size(), 2U);
        EXPECT_LT(programs[0].architecture, programs[1].architecture);
        for (const SeccompProgram& candidate : programs) {
            const BpfProgram decoded(candidate.bytes);
            EXPECT_EQ(decoded.defect(), "") << candidate.architecture;
            EXPECT_LE(decoded.instructions().size(), 4096U);
        }
    }
}

TEST(SeccompProgram, ArchitectureIsLookedAtBeforeAnythingElse) {
    for (const SeccompProgram& candidate : test::programs_of(statements(false))) {
        const BpfProgram decoded(candidate.bytes);
        EXPECT_EQ(decoded.instructions().front().code, 0x20);
        EXPECT_EQ(decoded.instructions().front().k, 4U);
    }
}

TEST(SeccompProgram, ForeignArchitecturesAreKilledWhateverTheCall) {
    for (std::uint32_t number = 0; number < 1024; ++number) {
        EXPECT_EQ(program("x86_64").run({number, i386, 0, {}}), kill_process);
        EXPECT_EQ(program("x86_64").run({number, aarch64, 0, {}}), kill_process);
        EXPECT_EQ(program("aarch64").run({number, arm, 0, {}}), kill_process);
        EXPECT_EQ(program("aarch64").run({number, x86_64, 0, {}}), kill_process);
    }
}

TEST(SeccompProgram, X32CallsAreKilled) {
    for (std::uint32_t number = 0; number < 1024; ++number) {
        EXPECT_EQ(decide(x86_64, number | 0x40000000U), kill_process);
    }
}

TEST(SeccompProgram, TerminalInjectionIsRefusedWhateverTheHighBits) {
    for (const auto& [architecture, ioctl] : {std::pair{x86_64, 16U}, std::pair{aarch64, 29U}}) {
        for (const std::uint64_t request : {0x5412U, 0x541cU}) {
            EXPECT_EQ(decide(architecture, ioctl, {0, request}), eperm);
            EXPECT_EQ(decide(architecture, ioctl, {high_bits, request | high_bits}), eperm);
        }
        for (const std::uint64_t request : {0x5401U, 0x5411U, 0x5413U, 0x541bU, 0x541dU}) {
            EXPECT_EQ(decide(architecture, ioctl, {0, request}), allow);
        }
    }
}

TEST(SeccompProgram, SignalsOnInputAreRefusedWhateverTheHighBits) {
    for (const auto& [architecture, ioctl, fcntl] : {std::tuple{x86_64, 16U, 72U}, std::tuple{aarch64, 29U, 25U}}) {
        EXPECT_EQ(decide(architecture, ioctl, {0, 0x5452U}), eperm);
        EXPECT_EQ(decide(architecture, ioctl, {high_bits, 0x5452U | high_bits}), eperm);
        EXPECT_EQ(decide(architecture, ioctl, {0, 0x5421U}), allow) << "FIONBIO";
        for (const std::uint64_t flags : {0x2000U, 0x2802U, 0xffffffffU}) {
            EXPECT_EQ(decide(architecture, fcntl, {0, 4, flags}), eperm);
            EXPECT_EQ(decide(architecture, fcntl, {high_bits, 4 | high_bits, flags | high_bits}), eperm);
            EXPECT_EQ(decide(architecture, fcntl, {0, 3, flags}), allow) << "F_GETFL looks at no flags";
        }
        EXPECT_EQ(decide(architecture, fcntl, {0, 4, 0x0802U | high_bits}), allow) << "O_NONBLOCK";
    }
}

TEST(SeccompProgram, OnlyTheFourFamiliesGetSockets) {
    for (const auto& [architecture, socket] : {std::pair{x86_64, 41U}, std::pair{aarch64, 198U}}) {
        for (std::uint64_t family = 0; family < 64; ++family) {
            const bool known = family == 1 || family == 2 || family == 10 || family == 16;
            EXPECT_EQ(decide(architecture, socket, {family, 1, 0}), known ? allow : eafnosupport) << family;
            EXPECT_EQ(decide(architecture, socket, {family | high_bits, 1, high_bits}), known ? allow : eafnosupport) << family;
        }
    }
}

TEST(SeccompProgram, NetlinkIsForRoutesOnly) {
    for (const auto& [architecture, socket] : {std::pair{x86_64, 41U}, std::pair{aarch64, 198U}}) {
        EXPECT_EQ(decide(architecture, socket, {16, 3, 0}), allow);
        for (std::uint64_t protocol = 1; protocol < 32; ++protocol) {
            EXPECT_EQ(decide(architecture, socket, {16, 3, protocol}), eafnosupport);
            EXPECT_EQ(decide(architecture, socket, {16, 3, protocol | high_bits}), eafnosupport);
        }
    }
}

TEST(SeccompProgram, SocketPairsAreUnixOnly) {
    for (const auto& [architecture, socketpair] : {std::pair{x86_64, 53U}, std::pair{aarch64, 199U}}) {
        EXPECT_EQ(decide(architecture, socketpair, {1, 1, 0}), allow);
        EXPECT_EQ(decide(architecture, socketpair, {30, 1, 0}), eafnosupport);  // AF_TIPC has pairs too
    }
}

TEST(SeccompProgram, NewNamespacesAreRefusedAndThreadsAreNot) {
    for (const auto& [architecture, clone] : {std::pair{x86_64, 56U}, std::pair{aarch64, 220U}}) {
        for (const std::uint64_t flag : {0x20000U, 0x02000000U, 0x04000000U, 0x08000000U, 0x10000000U, 0x20000000U, 0x40000000U}) {
            EXPECT_EQ(decide(architecture, clone, {flag | 17U}), eperm) << std::hex << flag;
            EXPECT_EQ(decide(architecture, clone, {flag | 17U | high_bits}), eperm) << std::hex << flag;
            EXPECT_EQ(decide(architecture, clone, {flag | 17U}, true), allow) << std::hex << flag;
        }
        EXPECT_EQ(decide(architecture, clone, {0x3d0f00}), allow);   // what pthread_create passes
        EXPECT_EQ(decide(architecture, clone, {0x1200011}), allow);  // what fork passes
        EXPECT_EQ(decide(architecture, clone, {0x4111}), allow);     // what vfork passes
    }
}

TEST(SeccompProgram, LibraryFallsBackFromCallsWithUnreadableArguments) {
    for (const std::uint32_t architecture : {x86_64, aarch64}) {
        for (const std::uint32_t number : {435U, 428U, 429U, 430U, 431U, 432U, 433U, 442U, 467U}) {
            EXPECT_EQ(decide(architecture, number), enosys) << number;
            EXPECT_EQ(decide(architecture, number, {}, true), allow) << number;
        }
    }
}

/// (name, x86_64, aarch64) as the kernel's tables have them, apart from the table under test; 0 where there is no such call.
using Row = std::tuple<const char*, std::uint32_t, std::uint32_t>;

TEST(SeccompProgram, DangerousCallsAreRefusedEvenWithNestedNamespaces) {
    const Row rows[] = {{"bpf", 321, 280},
                        {"perf_event_open", 298, 241},
                        {"userfaultfd", 323, 282},
                        {"kexec_load", 246, 104},
                        {"kexec_file_load", 320, 294},
                        {"init_module", 175, 105},
                        {"finit_module", 313, 273},
                        {"delete_module", 176, 106},
                        {"reboot", 169, 142},
                        {"swapon", 167, 224},
                        {"swapoff", 168, 225},
                        {"syslog", 103, 116},
                        {"acct", 163, 89},
                        {"quotactl", 179, 60},
                        {"quotactl_fd", 443, 443},
                        {"nfsservctl", 180, 42},
                        {"lookup_dcookie", 212, 18},
                        {"iopl", 172, 0},
                        {"ioperm", 173, 0},
                        {"vhangup", 153, 58},
                        {"ptrace", 101, 117},
                        {"process_vm_readv", 310, 270},
                        {"process_vm_writev", 311, 271},
                        {"pidfd_getfd", 438, 438},
                        {"kcmp", 312, 272},
                        {"io_uring_setup", 425, 425},
                        {"io_uring_enter", 426, 426},
                        {"io_uring_register", 427, 427},
                        {"add_key", 248, 217},
                        {"request_key", 249, 218},
                        {"keyctl", 250, 219},
                        {"mbind", 237, 235},
                        {"migrate_pages", 256, 238},
                        {"move_pages", 279, 239},
                        {"open_by_handle_at", 304, 265},
                        {"settimeofday", 164, 170},
                        {"clock_settime", 227, 112},
                        {"clock_adjtime", 305, 266},
                        {"adjtimex", 159, 171}};
    for (const bool nested : {false, true}) {
        for (const auto& [name, on_x86_64, on_aarch64] : rows) {
            EXPECT_EQ(decide(x86_64, on_x86_64, {}, nested), eperm) << name;
            if (on_aarch64 != 0) {
                EXPECT_EQ(decide(aarch64, on_aarch64, {}, nested), eperm) << name;
            }
        }
    }
}

/// refused_calls.def: what was refused before there was a table of all calls, written down apart from it.
TEST(SeccompProgram, WhatWasAlwaysRefusedIsRefusedInTheSameWay) {
    constexpr std::uint32_t none = 0xffffffffU;
    const auto expect = [&](const char* name, std::uint32_t on_x86_64, std::uint32_t on_aarch64, std::uint32_t answer,
                            bool follows) {
        for (const bool nested : {false, true}) {
            const std::uint32_t meant = follows && nested ? allow : answer;
            EXPECT_TRUE(on_x86_64 == none || decide(x86_64, on_x86_64, {}, nested) == meant) << name;
            EXPECT_TRUE(on_aarch64 == none || decide(aarch64, on_aarch64, {}, nested) == meant) << name;
        }
    };
    const auto eperm_always = [&](const char* name, std::uint32_t x, std::uint32_t a) { expect(name, x, a, eperm, false); };
    const auto no_namespaces = [&](const char* name, std::uint32_t x, std::uint32_t a) { expect(name, x, a, eperm, true); };
    const auto no_new_mounts = [&](const char* name, std::uint32_t x, std::uint32_t a) { expect(name, x, a, enosys, true); };
#define SBX_REFUSED_CALL(name, on_x86_64, on_aarch64, answer) answer(#name, on_x86_64, on_aarch64);
#include "tests/support/refused_calls.def"
#undef SBX_REFUSED_CALL
}

TEST(SeccompProgram, NamespaceCallsFollowThePolicy) {
    const Row rows[] = {{"unshare", 272, 97},    {"setns", 308, 268},       {"mount", 165, 40},         {"umount2", 166, 39},
                        {"pivot_root", 155, 41}, {"sethostname", 170, 161}, {"setdomainname", 171, 162}};
    for (const auto& [name, on_x86_64, on_aarch64] : rows) {
        EXPECT_EQ(decide(x86_64, on_x86_64), eperm) << name;
        EXPECT_EQ(decide(aarch64, on_aarch64), eperm) << name;
        EXPECT_EQ(decide(x86_64, on_x86_64, {}, true), allow) << name;
        EXPECT_EQ(decide(aarch64, on_aarch64, {}, true), allow) << name;
    }
}

TEST(SeccompProgram, EverydayCallsGoThrough) {
    const Row rows[] = {{"read", 0, 63},
                        {"write", 1, 64},
                        {"openat", 257, 56},
                        {"mmap", 9, 222},
                        {"execve", 59, 221},
                        {"futex", 202, 98},
                        {"wait4", 61, 260},
                        {"connect", 42, 203},
                        {"epoll_wait", 232, 22},
                        {"prctl", 157, 167},
                        {"seccomp", 317, 277},
                        {"clock_gettime", 228, 113},
                        {"memfd_create", 319, 279},
                        {"chroot", 161, 51},
                        {"landlock_create_ruleset", 444, 444}};
    for (const auto& [name, on_x86_64, on_aarch64] : rows) {
        EXPECT_EQ(decide(x86_64, on_x86_64), allow) << name;
        EXPECT_EQ(decide(aarch64, on_aarch64), allow) << name;
    }
}

TEST(BpfAssembler, JumpsThatCannotBeEncodedAreOurBug) {
    BpfAssembler far;
    const auto target = far.new_label();
    far.jump_if_equal(0, target);
    for (int i = 0; i < 256; ++i) {
        far.mask(1);
    }
    far.bind(target);
    far.finish_with(allow);
    EXPECT_THROW((void)far.assemble(), std::logic_error);

    BpfAssembler unbound;
    unbound.jump_if_equal(0, unbound.new_label());
    unbound.finish_with(allow);
    EXPECT_THROW((void)unbound.assemble(), std::logic_error);
}

TEST(BpfInterpreter, FindsProgramsThatTheKernelWouldRefuse) {
    const std::string load_number("\x20\0\0\0\0\0\0\0", 8);
    const std::string finish("\x06\0\0\0\0\0\xff\x7f", 8);
    const std::string jump_too_far("\x15\0\x05\0\0\0\0\0", 8);
    EXPECT_EQ(BpfProgram(load_number + finish).defect(), "");
    EXPECT_NE(BpfProgram(load_number).defect(), "");
    EXPECT_NE(BpfProgram(jump_too_far + finish).defect(), "");
    EXPECT_NE(BpfProgram(finish + finish).defect(), "");
}

}  // namespace
}  // namespace sbx::emit
