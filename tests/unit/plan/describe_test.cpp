// The text of whole plans: what `policyc plan` prints.
#include "network_fixture.hpp"
#include "tests/support/memory_files.hpp"

#include <gmock/gmock.h>

namespace sbx::plan {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string text_of(const policy::Policy& policy) {
    DiagnosticSink sink;
    return describe(lower(policy, sink));
}

TEST(Describe, APlanShowsEachStepWithItsOriginInOneColumn) {
    const SourceFile source("dir/ci.sbx", "ci.sbx", "one\ntwo\nthree\n");
    auto policy = policy_of({{"/usr", read("/usr")}, {"/tmp", tmpfs(64, 01777)}});
    policy.filesystem.nodes.at(path("/usr")).origin = Origin{&source, {4, 7}};
    policy.filesystem.nodes.at(path("/tmp")).origin = Origin{&source, {8, 13}};
    policy.limits[policy::Limit::processes] = {std::uint64_t{16}, Origin{&source, {0, 3}}};
    policy.environment.fixed["CI"] = {Text("true"), Origin{&source, {0, 3}}};
    const std::string text = text_of(policy);
    EXPECT_EQ(text.substr(0, text.find("\nsystem calls\n")),
              "2 mounts (0 saved), 32 bubblewrap words\n"
              "\n"
              "mounts\n"
              "  tmpfs /tmp size 64M mode 1777  # ci.sbx:3\n"
              "  ro-bind /usr                   # ci.sbx:2\n"
              "  remount-ro /                   # every sandbox\n"
              "\n"
              "limits\n"
              "  nproc 16 and 2 for the sandbox itself  # ci.sbx:1\n"
              "\n"
              "environment\n"
              "  set CI \"true\"  # ci.sbx:1\n"
              "\n"
              "process\n"
              "  --unshare-user --disable-userns --unshare-pid --unshare-ipc --unshare-uts --unshare-cgroup --unshare-net "
              "--die-with-parent --new-session --cap-drop ALL\n"
              "  hostname \"sandbox\"\n"
              "  workdir /\n");
}

TEST(Describe, APlanListsTheFilterWithTheStatementsThatChangeIt) {
    const test::Resolved resolved =
        test::resolve_profile("syscalls { deny @aio; allow ptrace because \"x\" }\nsockets { allow unix }");
    const std::string text = text_of(resolved.profile.policy);
    EXPECT_THAT(text, HasSubstr("\nsystem calls\n  kill calls of a foreign architecture, and of x32\n"));
    EXPECT_THAT(text, HasSubstr("  EPERM io_cancel io_destroy io_getevents io_setup io_submit"));
    EXPECT_THAT(text, HasSubstr("# root.sbx:3"));
    EXPECT_THAT(text, HasSubstr("  EPERM ioctl TIOCSTI TIOCLINUX"));
    EXPECT_THAT(text, HasSubstr("  EAFNOSUPPORT socket, but for unix"));
    EXPECT_THAT(text, HasSubstr("  allow ptrace, which sandboxes refuse by default"));
}

TEST(Describe, BytesThatCouldBeTakenForSomethingElseAreQuoted) {
    const std::string text = text_of(policy_of({{"/a b", read("/a b")}, {"/l", link_to("x\ny")}}));
    EXPECT_THAT(text, HasSubstr("ro-bind \"/a b\""));
    EXPECT_THAT(text, HasSubstr("symlink /l -> \"x"));
}

TEST(Describe, LongContentsAreCutBetweenCharacters) {
    const std::string text = text_of(policy_of({{"/f", file(std::string(38, 'a') + "\xc3\xa4\xc3\xa4" + "tail")}}));
    EXPECT_THAT(text, HasSubstr(std::string(38, 'a') + "…\n"));
    EXPECT_THAT(text, Not(HasSubstr("tail")));
}

TEST(Describe, DevicesOfDevCountAsTheMountsTheyAre) {
    EXPECT_THAT(text_of(policy_of({{"/dev", node(policy::DeviceDirectory{})}})), HasSubstr("9 mounts (0 saved)"));
}

TEST(Describe, AFilterIsShownInTheWordsOfPolicies) {
    const SourceFile source("ci.sbx", "one\ntwo\nthree\n");
    const auto policy = with_network(
        {from(source, 0, allow(Protocol::tcp, {"10.20.0.0/16"}, ports({{443, 443}}))),
         from(source, 4, allow_name("a.org", ports({{443, 443}}))), from(source, 8, allow_name("*.a.org", ports({{443, 443}})))},
        {address("10.20.0.53")});
    EXPECT_THAT(text_of(policy), HasSubstr("\nnetwork\n"
                                           "  slirp4netns and nft, IPv4 only\n"
                                           "  deny what the user-mode network answers at itself\n"
                                           "  deny host\n"));
    EXPECT_THAT(text_of(policy), HasSubstr("  allow tcp to 10.20.0.0/16 port 443                         # ci.sbx:1\n"
                                           "  allow udp by the resolver to 10.20.0.53 port 53\n"
                                           "  allow tcp to host \"*.a.org\" port 443                       # ci.sbx:3\n"
                                           "  allow tcp to host \"a.org\" port 443                         # ci.sbx:2\n"
                                           "  dnsmasq answers a.org and names below it, from 10.20.0.53  # ci.sbx:2, ci.sbx:3\n"));
}

}  // namespace
}  // namespace sbx::plan
