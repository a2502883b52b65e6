// The table of system calls, held against what others know: the kernel's own headers, libseccomp, and the functions of the kernel
// that decide what an argument is.
#include "compiler/policy/system_calls.hpp"

#include "compiler/policy/socket_families.hpp"

#include <dlfcn.h>
#include <fstream>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <sstream>
#include <sys/socket.h>

namespace sbx::policy {
namespace {

const SystemCallRow& row_of(std::string_view name) {
    const auto place = find_system_call(name);
    EXPECT_TRUE(place.has_value()) << name;
    return system_call_table().at(place.value_or(0));
}

/// `#define __NR_read 0` and `#define __NR3264_mmap 222`, by number.
std::map<std::uint32_t, std::string> numbers_in(const std::string& header) {
    std::map<std::uint32_t, std::string> numbers;
    std::ifstream in(header);
    for (std::string line; std::getline(in, line);) {
        std::istringstream words(line);
        std::string define;
        std::string name;
        std::string value;
        words >> define >> name >> value;
        const bool names_call = name.starts_with("__NR_") || name.starts_with("__NR3264_");
        if (define == "#define" && names_call && !value.empty() && value.find_first_not_of("0123456789") == std::string::npos) {
            numbers.emplace(std::stoul(value), name.substr(name.find('_', 4) + 1));
        }
    }
    return numbers;
}

TEST(SystemCalls, AreSortedAndEachNumberIsOneCalls) {
    std::set<std::uint32_t> on_x86_64;
    std::set<std::uint32_t> on_aarch64;
    std::string_view previous;
    for (const SystemCallRow& row : system_call_table()) {
        EXPECT_LT(previous, row.name);
        previous = row.name;
        EXPECT_TRUE(row.x86_64 != absent_call || row.aarch64 != absent_call) << row.name;
        EXPECT_TRUE(row.x86_64 == absent_call || on_x86_64.insert(row.x86_64).second) << row.name;
        EXPECT_TRUE(row.aarch64 == absent_call || on_aarch64.insert(row.aarch64).second) << row.name;
        EXPECT_LE(row.arguments.size(), 6U) << row.name;
        EXPECT_EQ(row.arguments.find_first_not_of("iw"), std::string_view::npos) << row.name;
        EXPECT_TRUE(row.major >= 1 && row.major <= 7 && row.minor < 20) << row.name;
        EXPECT_EQ(find_system_call(row.name), std::size_t(&row - system_call_table().data()));
    }
    EXPECT_EQ(find_system_call("no_such_call"), std::nullopt);
    EXPECT_EQ(find_system_call(""), std::nullopt);
}

TEST(SystemCalls, AllThatTheHeadersOfX86_64NameAreThere) {
    const auto numbers = numbers_in("/usr/include/x86_64-linux-gnu/asm/unistd_64.h");
    if (numbers.empty()) {
        GTEST_SKIP() << "no asm/unistd_64.h here";
    }
    ASSERT_GT(numbers.size(), 330U);
    for (const auto& [number, name] : numbers) {
        EXPECT_EQ(row_of(name).x86_64, number) << name;
    }
}

TEST(SystemCalls, AllThatTheGenericHeadersNumberAreThere) {
    const auto numbers = numbers_in("/usr/include/asm-generic/unistd.h");
    if (numbers.empty()) {
        GTEST_SKIP() << "no asm-generic/unistd.h here";
    }
    std::map<std::uint32_t, std::string_view> known;
    for (const SystemCallRow& row : system_call_table()) {
        known.emplace(row.aarch64, row.name);
    }
    std::size_t compared = 0;
    for (const auto& [number, name] : numbers) {
        // 244 to 259 are an architecture's own, 403 to 423 of 32-bit machines, and the last is a count.
        if ((number >= 244 && number < 260) || (number >= 403 && number <= 423) || name == "syscalls") {
            continue;
        }
        ASSERT_EQ(known.count(number), 1U) << name;
        ++compared;
        if (find_system_call(name) && row_of(name).aarch64 != absent_call) {
            EXPECT_EQ(known.at(number), name);
        }
    }
    EXPECT_GT(compared, 290U);
}

/// Loaded, not linked, so that the tests build without it.
TEST(SystemCalls, NumbersAreThoseOfLibseccomp) {
    void* const library = dlopen("libseccomp.so.2", RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        GTEST_SKIP() << "no libseccomp.so.2 here";
    }
    using Resolve = int (*)(std::uint32_t, const char*);
    const auto resolve = reinterpret_cast<Resolve>(dlsym(library, "seccomp_syscall_resolve_name_arch"));
    ASSERT_NE(resolve, nullptr);
    int compared = 0;
    for (const SystemCallRow& row : system_call_table()) {
        const std::pair<std::uint32_t, std::uint32_t> machines[] = {{0xc000003eU, row.x86_64}, {0xc00000b7U, row.aarch64}};
        for (const auto& [audit, number] : machines) {
            const int known = resolve(audit, std::string(row.name).c_str());
            if (known >= 0) {
                EXPECT_EQ(static_cast<std::uint32_t>(known), number) << row.name;
                ++compared;
            } else if (known != -1) {
                EXPECT_EQ(number, absent_call) << row.name;  // the library says: not on this machine
            }
        }
    }
    EXPECT_GT(compared, 600);
}

/// SYSCALL_DEFINE of the kernel: what is looked at by a filter, and what CVE-2019-10063 was about.
TEST(SystemCalls, ArgumentsAreAsWideAsTheKernelReadsThem) {
    const std::pair<const char*, const char*> known[] = {
        {"ioctl", "iiw"}, {"socket", "iii"},    {"socketpair", "iiiw"}, {"clone", "wwwww"},  {"unshare", "w"},
        {"setns", "ii"},  {"openat", "iwii"},   {"read", "iww"},        {"mmap", "wwwwww"},  {"prctl", "iwwww"},
        {"kill", "ii"},   {"ptrace", "wwww"},   {"bpf", "iwi"},         {"openat2", "iwww"}, {"close_range", "iii"},
        {"mseal", "wwi"}, {"statmount", "wwwi"}};
    for (const auto& [name, arguments] : known) {
        const std::string shown = std::string(name) == "mseal" ? "www" : arguments;
        EXPECT_EQ(row_of(name).arguments, shown) << name;
    }
}

TEST(SystemCalls, TheNewestOnesAreKnown) {
    const std::tuple<const char*, std::uint32_t, unsigned, unsigned> newest[] = {
        {"map_shadow_stack", 453, 6, 6}, {"statmount", 457, 6, 8},     {"listmount", 458, 6, 8},     {"mseal", 462, 6, 10},
        {"open_tree_attr", 467, 6, 15},  {"file_getattr", 468, 6, 17}, {"file_setattr", 469, 6, 17}, {"listns", 470, 6, 19}};
    for (const auto& [name, number, major, minor] : newest) {
        EXPECT_EQ(row_of(name).x86_64, number);
        EXPECT_EQ(row_of(name).aarch64, number);
        EXPECT_EQ(row_of(name).major, major) << name;
        EXPECT_EQ(row_of(name).minor, minor) << name;
    }
}

TEST(CallGroups, EveryCallIsInOneThatExists) {
    for (const SystemCallRow& row : system_call_table()) {
        std::istringstream words{std::string(row.groups)};
        std::size_t count = 0;
        for (std::string word; words >> word; ++count) {
            const CallGroup* const group = find_call_group("@" + word);
            ASSERT_NE(group, nullptr) << row.name << ": " << word;
            EXPECT_TRUE(group->calls[*find_system_call(row.name)]);
        }
        EXPECT_GE(count, 1U) << row.name;
        EXPECT_FALSE(row.groups == "default") << row.name << " is in no group that says what it is for";
    }
    std::string_view previous;
    for (const CallGroup& group : call_groups()) {
        EXPECT_LT(previous, group.name);
        previous = group.name;
        EXPECT_TRUE(group.calls.any()) << group.name;
        EXPECT_FALSE(group.summary.empty());
    }
    EXPECT_EQ(find_call_group("@nothing"), nullptr);
}

/// R-KRN-05, R-KRN-06, R-KRN-12 and what container engines and Flatpak refuse.
TEST(CallGroups, WhatIsDangerousIsRefusedByDefault) {
    const CallSet refused = refused_by_default(false);
    for (const char* group : {"@clock", "@io-uring", "@kernel", "@keyring", "@module", "@namespace", "@numa", "@obsolete",
                              "@raw-io", "@reboot", "@swap", "@debug"}) {
        EXPECT_EQ(call_names(calls_of(group) & ~refused), "") << group;
    }
    EXPECT_EQ(call_names(calls_of("@mount") & ~refused), "chroot");
    EXPECT_EQ(call_names(calls_of("@file-handle") & ~refused), "name_to_handle_at");
    for (const char* group :
         {"@io", "@io-event", "@signal", "@timer", "@memory", "@identity", "@process", "@network", "@sandbox"}) {
        EXPECT_EQ(call_names(calls_of(group) & refused), "") << group;
    }
}

TEST(CallGroups, NestedNamespacesTakeWhatMakesAndFurnishesThem) {
    EXPECT_EQ(call_names(refused_by_default(false) & ~refused_by_default(true)),
              "clone3 fsconfig fsmount fsopen fspick listns mount mount_setattr move_mount open_tree open_tree_attr pivot_root "
              "setdomainname sethostname setns umount2 unshare");
}

TEST(IoctlRequests, HaveNamesAndNumbers) {
    EXPECT_EQ(find_ioctl_request("TIOCSTI"), tiocsti_request);
    EXPECT_EQ(find_ioctl_request("TIOCLINUX"), tioclinux_request);
    EXPECT_EQ(find_ioctl_request("0x5412"), tiocsti_request);
    EXPECT_EQ(find_ioctl_request("0xffffffff"), 0xffffffffU);
    for (const char* wrong : {"", "0x", "5412", "0x100000000", "0xG", "TIOC", "0X5412"}) {
        EXPECT_EQ(find_ioctl_request(wrong), std::nullopt) << wrong;
    }
    for (const IoctlRequest& request : ioctl_requests()) {
        EXPECT_EQ(ioctl_request_name(request.number), request.name);
    }
    EXPECT_EQ(ioctl_request_name(0xab12), "0xab12");
    EXPECT_EQ(ioctl_request_name(0), "0x0");
}

TEST(SocketFamilies, HaveTheNumbersOfTheHeaders) {
    const std::pair<const char*, std::uint32_t> known[] = {{"unix", AF_UNIX},
                                                           {"inet", AF_INET},
                                                           {"inet6", AF_INET6},
                                                           {"netlink", AF_NETLINK},
                                                           {"netlink-route", AF_NETLINK},
                                                           {"packet", AF_PACKET},
                                                           {"vsock", AF_VSOCK},
                                                           {"alg", AF_ALG},
                                                           {"bluetooth", AF_BLUETOOTH},
                                                           {"can", AF_CAN},
                                                           {"xdp", AF_XDP},
                                                           {"tipc", AF_TIPC},
                                                           {"rds", AF_RDS},
                                                           {"key", AF_KEY},
                                                           {"smc", AF_SMC}};
    for (const auto& [name, number] : known) {
        ASSERT_NE(find_socket_family(name), nullptr) << name;
        EXPECT_EQ(find_socket_family(name)->number, number) << name;
    }
    std::set<std::uint32_t> numbers;
    for (const SocketFamily& family : socket_families()) {
        numbers.insert(family.number);
    }
    for (std::uint32_t number = 1; number < AF_MAX; ++number) {
        EXPECT_EQ(numbers.count(number), 1U) << number;
    }
}

}  // namespace
}  // namespace sbx::policy
