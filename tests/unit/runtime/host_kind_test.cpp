// What a refusal tells people to do depends on the kind of host, and is said in one way wherever it is said.
#include "runtime/host_kind.hpp"

#include "refused.hpp"
#include "runtime/bubblewrap_failure.hpp"

#include <cerrno>
#include <csignal>
#include <gmock/gmock.h>

namespace sbx::runtime {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(HostKind, AKnobThatIsZeroIsNamed) {
    EXPECT_EQ(remedy_for_user_namespace({.no_user_namespaces = true, .filtered = true}, ENOSPC),
              "raise /proc/sys/user/max_user_namespaces, which is 0");
    EXPECT_EQ(remedy_for_user_namespace({.none_for_users = true}, EPERM),
              "set the sysctl kernel.unprivileged_userns_clone, which is 0, to 1");
}

TEST(HostKind, ALimitElsewhereIsNotTakenForAFilter) {
    EXPECT_THAT(remedy_for_user_namespace({.none_for_users = true, .filtered = true}, ENOSPC),
                HasSubstr("what this container is part of"));
    EXPECT_THAT(remedy_for_namespace({.filtered = true}, ENOSPC, "net"), StartsWith("raise /proc/sys/user/max_net_namespaces"));
    EXPECT_EQ(remedy_for_namespace({.filtered = true}, EINVAL, "ipc"), "use a kernel with namespaces of that kind");
}

TEST(HostKind, AppArmorsRestrictionComesBeforeAFilter) {
    const HostKind ubuntu{.restricted_by_apparmor = true, .filtered = true};
    EXPECT_THAT(remedy_for_user_namespace(ubuntu, EPERM), StartsWith("give sbx-run an AppArmor profile with `userns`"));
    EXPECT_EQ(remedy_for_calls(ubuntu, EPERM, "mount(2)"), remedy_for_user_namespace(ubuntu, EPERM));
    EXPECT_EQ(remedy_for_calls({.restricted = true}, EACCES, "mount(2)"),
              "allow it in the AppArmor profile that this process is under");
}

TEST(HostKind, AFilterIsToldWhatToAllow) {
    EXPECT_THAT(remedy_for_user_namespace({.filtered = true}, EPERM), StartsWith("allow clone(2), unshare(2) and mount(2) in the"));
    EXPECT_THAT(remedy_for_namespace({.filtered = true}, EPERM, "net"), StartsWith("allow unshare(2) in the system-call filter"));
    EXPECT_THAT(remedy_for_calls({.filtered = true}, ENOSYS, "mount(2)"), HasSubstr("--security-opt seccomp=FILE"));
    EXPECT_EQ(remedy_for_calls({}, EPERM, "mount(2)"), "look for a security module that forbids mount(2)");
    EXPECT_EQ(remedy_for_calls({.filtered = true}, ENODEV, "mount(2)"), "look for a security module that forbids mount(2)");
}

TEST(HostKind, WithoutAnObstacleItIsTheKernelOrASecurityModule) {
    EXPECT_THAT(remedy_for_user_namespace({}, EPERM), StartsWith("leave the chroot"));
    EXPECT_THAT(remedy_for_user_namespace({}, EINVAL), HasSubstr("CONFIG_USER_NS"));
}

TEST(Refusals, OfTheKernelCarryItsNumber) {
    try {
        refuse_errno(step::network, "no", EPERM, "yes");
    } catch (const Refusal& refusal) {
        EXPECT_EQ(refusal.what, "no: Operation not permitted");
        EXPECT_EQ(refusal.error, EPERM);
        return;
    }
    FAIL() << "nothing was refused";
}

TEST(BubblewrapFailure, SaysHowItEndedAndWhatItSaid) {
    const Refusal old = describe_bubblewrap_failure(1 << 8, "bwrap: Unknown option --bind-fd", false);
    EXPECT_EQ(old.what, "bubblewrap gave up with status 1 before the command ran: `bwrap: Unknown option --bind-fd`");
    EXPECT_THAT(old.remedy, HasSubstr("0.8.0-2+deb12u1"));
    EXPECT_EQ(old.step, step::bubblewrap);
    const Refusal killed = describe_bubblewrap_failure(SIGKILL, "", true);
    EXPECT_EQ(killed.what, "bubblewrap was ended by signal 9 before it said how the command ended");
    EXPECT_EQ(killed.step, step::supervise);
}

}  // namespace
}  // namespace sbx::runtime
