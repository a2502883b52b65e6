// landlock.tab as the runtime reads it, and what each version of Landlock makes of it. No kernel is asked.
#include "runtime/landlock.hpp"

#include "refused.hpp"

#include <cerrno>
#include <gmock/gmock.h>

namespace sbx::runtime {
namespace {

const char* const whole_table = R"(# sbx landlock 1
require 6 # p.sbx:2
require-execute # p.sbx:5
handle execute write-file read-file read-dir refer truncate ioctl-dev resolve-unix
scope abstract-unix-socket signal
tcp none
path "/" read-dir
path "${job}/out" execute write-file # p.sbx:7
path-if-exists "/opt" read-file
path "/run/x.sock" resolve-unix
)";
constexpr std::uint64_t execute = 1, write_file = 2, read_file = 4, read_dir = 8, refer = 1U << 13U, resolve_unix = 1U << 16U;

BoundLandlock bound(unsigned abi) {
    return bind_landlock(read_landlock_table(whole_table), {{"job", "/var/tmp/j"}}, {abi, abi == 0 ? ENOSYS : 0});
}

TEST(Landlock, TheTableIsRead) {
    const LandlockTable table = read_landlock_table(whole_table);
    EXPECT_EQ(table.least, 6U);
    EXPECT_TRUE(table.needs_execute && table.no_tcp);
    EXPECT_EQ(table.scopes, 3U);
    ASSERT_EQ(table.rows.size(), 4U);
    EXPECT_EQ(table.rows[1].rights, execute | write_file);
    EXPECT_TRUE(table.rows[2].optional);
    EXPECT_FALSE(table.rows[3].optional);
}

TEST(Landlock, WhatIsNoTableIsRefused) {
    const std::string first = "# sbx landlock 1\n";
    for (const char* const wrong : {"path \"/\"\n", "path / read-dir\n", "path \"/\" read\n", "handle\n", "require six\n",
                                    "tcp all\n", "path \"/\"read-dir\n", "scope everything\n", "allow\n"}) {
        EXPECT_THAT(refused([&] { static_cast<void>(read_landlock_table(first + wrong)); }), testing::HasSubstr("verify: "))
            << wrong;
    }
    EXPECT_THAT(refused([&] { static_cast<void>(read_landlock_table("# sbx landlock 2\n")); }), testing::HasSubstr("landlock 1"));
}

TEST(Landlock, TheNewestVersionLacksNothingAndNarrowsSockets) {
    const BoundLandlock all = bound(9);
    EXPECT_TRUE(all.lacks.empty());
    EXPECT_FALSE(all.missing);
    EXPECT_NE(all.domain.paths & resolve_unix, 0U);
    EXPECT_EQ(all.domain.tcp, 3U);
    ASSERT_EQ(all.domain.rules.size(), 4U);
    EXPECT_EQ(all.domain.rules[1].path, "/var/tmp/j/out");
    EXPECT_EQ(all.domain.rules[3].rights, resolve_unix);
}

TEST(Landlock, EachVersionLeavesOpenWhatItDoesNotKnow) {
    using testing::ElementsAre;
    EXPECT_THAT(bound(8).lacks, ElementsAre("resolve-unix"));
    EXPECT_EQ(bound(8).domain.rules.size(), 3U) << "a rule without a right is none";
    EXPECT_THAT(bound(5).lacks, ElementsAre("resolve-unix", "abstract-unix-socket", "signal"));
    EXPECT_THAT(bound(4).lacks, ElementsAre("ioctl-dev", "resolve-unix", "abstract-unix-socket", "signal"));
    EXPECT_EQ(bound(3).domain.tcp, 0U);
    EXPECT_TRUE(bound(3).misses("tcp"));
    EXPECT_TRUE(bound(2).misses("truncate"));
    EXPECT_EQ(bound(2).domain.paths, execute | write_file | read_file | read_dir | refer);
}

TEST(Landlock, TheFirstVersionLeavesPathsAlone) {
    for (const unsigned abi : {0U, 1U}) {
        EXPECT_TRUE(bound(abi).domain.empty());
        EXPECT_TRUE(bound(abi).domain.rules.empty());
        EXPECT_TRUE(bound(abi).misses("execute"));
    }
}

TEST(Landlock, WhatThePolicyInsistsOnIsMissedBelowIt) {
    EXPECT_FALSE(bound(6).missing);
    ASSERT_TRUE(bound(5).missing);
    EXPECT_THAT(bound(5).missing->what, testing::HasSubstr("requires version 6 of Landlock, and this kernel has version 5"));
    EXPECT_THAT(bound(0).missing->what, testing::HasSubstr("Function not implemented"));
    const LandlockTable quiet = read_landlock_table("# sbx landlock 1\nrequire-execute\nhandle execute\n");
    EXPECT_FALSE(bind_landlock(quiet, {}, {2, 0}).missing);
    ASSERT_TRUE(bind_landlock(quiet, {}, {1, 0}).missing);
    EXPECT_THAT(bind_landlock(quiet, {}, {1, 0}).missing->what, testing::HasSubstr("`noexec`"));
}

}  // namespace
}  // namespace sbx::runtime
