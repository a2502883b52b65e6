// What a launch makes of the end of a sandbox whose memory ran out, and the words for it.
#include "runtime/cgroup_verdict.hpp"

#include <gmock/gmock.h>

namespace sbx::runtime {
namespace {

using testing::HasSubstr;

constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20U;
const CgroupLimits asked_limits{64 * mebibyte, std::nullopt};

Refusal nobody_knows() {
    return {std::string(step::supervise), "it ended without an exit code", "start it again", exit_refused};
}

CgroupUse killed(bool by_own_limit) {
    CgroupUse use;
    use.memory_peak = 63 * mebibyte;
    use.out_of_memory = by_own_limit;
    use.killed_for_others = !by_own_limit;
    return use;
}

Ending lost(bool started) {
    Ending ending;
    ending.started = started;
    ending.refusal = nobody_knows();
    return ending;
}

TEST(CgroupVerdict, AnOutOfMemoryKillIsTheLimitThatFired) {
    Ending ending = lost(true);
    account_for_memory(ending, killed(true), asked_limits);
    ASSERT_TRUE(ending.limit.has_value());
    EXPECT_EQ(ending.limit->name, "memory");
    EXPECT_EQ(ending.limit->value, 64 * mebibyte);
    EXPECT_EQ(ending.limit->peak, 63 * mebibyte);
    EXPECT_EQ(ending.exit_code, 137);
    EXPECT_FALSE(ending.refusal.has_value());
    EXPECT_EQ(
        describe(*ending.limit, true),
        "`memory` is used up, which the policy limits to 64M (most in use: 63M); the kernel killed the sandbox; raise `memory` in "
        "the policy, or have the command use less");
}

TEST(CgroupVerdict, AnEarlierLimitStaysTheOneThatFired) {
    Ending ending;
    ending.started = true;
    ending.limit = FiredLimit{"wall-time", 700, "ms"};
    ending.exit_code = 143;
    account_for_memory(ending, killed(true), asked_limits);
    EXPECT_EQ(ending.limit->name, "wall-time");
    EXPECT_EQ(ending.exit_code, 143);
}

TEST(CgroupVerdict, BeforeTheCommandRanItIsARefusal) {
    Ending ending = lost(false);
    account_for_memory(ending, killed(true), asked_limits);
    EXPECT_FALSE(ending.limit.has_value());
    EXPECT_EQ(ending.exit_code, 125);
    EXPECT_THAT(ending.refusal->what, HasSubstr("`memory` is too low for the sandbox to be set up"));
    EXPECT_EQ(ending.refusal->remedy, "raise `memory` in the policy");
}

TEST(CgroupVerdict, MemoryThatRanOutElsewhereIsNoLimitOfThePolicys) {
    Ending ending = lost(true);
    account_for_memory(ending, killed(false), asked_limits);
    EXPECT_FALSE(ending.limit.has_value());
    EXPECT_THAT(ending.refusal->what, HasSubstr("memory ran out elsewhere"));
    Ending well;
    well.started = true;
    well.exit_code = 3;
    account_for_memory(well, killed(false), asked_limits);
    EXPECT_FALSE(well.refusal.has_value()) << "the command itself ended, and said how";
    EXPECT_EQ(well.exit_code, 3);
}

TEST(CgroupVerdict, WithoutAKillNothingChanges) {
    Ending ending = lost(true);
    account_for_memory(ending, CgroupUse{}, asked_limits);
    EXPECT_EQ(ending.refusal->what, nobody_knows().what);
    EXPECT_FALSE(ending.limit.has_value());
}

}  // namespace
}  // namespace sbx::runtime
