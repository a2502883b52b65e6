// What the `filesystem` block means, and what is refused there.
#include "tests/support/memory_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sbx {
namespace {

using policy::SandboxPath;
using test::resolve_profile;
using testing::ElementsAre;
using testing::IsEmpty;

SandboxPath at(const char* text) {
    return SandboxPath::literal(text).value();
}
std::vector<std::string> filesystem_codes(const std::string& nodes) {
    return resolve_profile("filesystem {\n" + nodes + "\n}").codes();
}

TEST(ResolveFilesystem, DropsAPathThatTheTreeAboveGivesAndRequiresItsSource) {
    const auto resolved = resolve_profile("filesystem { read /usr /usr/lib/ /usr/share? }");
    EXPECT_THAT(resolved.messages(), IsEmpty());
    const auto& filesystem = resolved.profile.policy.filesystem;
    ASSERT_EQ(filesystem.nodes.size(), 1U);
    ASSERT_EQ(filesystem.required.size(), 1U);
    EXPECT_EQ(filesystem.required.begin()->first, at("/usr/lib"));
    EXPECT_TRUE(filesystem.required.begin()->second.value);
}

TEST(ResolveFilesystem, KeepsAPathThatDiffersFromTheTreeAbove) {
    const auto resolved = resolve_profile("filesystem { read /srv /x as /srv/y; write /srv/z; hide /srv/h/ }");
    const auto split =
        resolve_profile("filesystem { read /srv; read /x as /srv/y; write /srv/z; hide /srv/h/; read /srv/h/shown }");
    EXPECT_THAT(resolved.codes(), ElementsAre("S009"));
    EXPECT_THAT(split.messages(), IsEmpty());
    EXPECT_EQ(split.profile.policy.filesystem.nodes.size(), 5U);
}

TEST(ResolveFilesystem, AsGivesTheSameTreeOnlyWhereSourceAndPlaceAgree) {
    const auto same = resolve_profile("filesystem { read /a as /b; read /a/c as /b/c }");
    EXPECT_EQ(same.profile.policy.filesystem.nodes.size(), 1U);
    const auto other = resolve_profile("filesystem { read /a as /b; read /a/d as /b/c }");
    EXPECT_EQ(other.profile.policy.filesystem.nodes.size(), 2U);
}

TEST(ResolveFilesystem, TwoNodesAtOnePathAreRefused) {
    EXPECT_THAT(filesystem_codes("read /a\nwrite /a"), ElementsAre("F002"));
    EXPECT_THAT(filesystem_codes("read /a /a"), ElementsAre("L004"));
    EXPECT_THAT(filesystem_codes("hide /k\nhide /k/"), ElementsAre("F002"));
}

TEST(ResolveFilesystem, PathsAreAbsoluteAndNormal) {
    for (const char* bad : {"read usr", "read /a//b", "read /a/../b", "read /a/./b", "read \"\"", "read \"a\""}) {
        EXPECT_THAT(filesystem_codes(bad), ElementsAre("F024")) << bad;
    }
    const auto resolved = resolve_profile("filesystem { read /a//b }");
    const auto diagnostics = resolved.sink.sorted();
    ASSERT_EQ(diagnostics.at(0).fixes.size(), 1U);
    EXPECT_EQ(diagnostics[0].fixes[0].replacement, "/a/b");
    EXPECT_TRUE(diagnostics[0].fixes[0].safe);
}

TEST(ResolveFilesystem, HideTakesNoQuestionMark) {
    EXPECT_THAT(filesystem_codes("read /a\nhide /a/b?"), ElementsAre("F012"));
}

TEST(ResolveFilesystem, TreesTheHostDependsOnAreNotWritable) {
    for (const char* tree :
         {"/", "/usr", "/etc", "/home", "/bin", "/sbin", "/lib", "/lib64", "/boot", "/root", "/var", "/usr/bin/x"}) {
        EXPECT_THAT(filesystem_codes(std::string("write ") + tree), ElementsAre("F029")) << tree;
    }
    EXPECT_THAT(filesystem_codes("write /var/tmp/x /home/me/work /srv"), IsEmpty());
    EXPECT_THAT(filesystem_codes("write /etc as /x"), ElementsAre("F029"));
    EXPECT_THAT(filesystem_codes("write /srv/fake as /etc"), IsEmpty());
}

TEST(ResolveFilesystem, AParameterThatMayBeASystemTreeIsNotWritable) {
    EXPECT_THAT(resolve_profile("param p: path under /\nfilesystem { write $p }").codes(), ElementsAre("F029"));
    EXPECT_THAT(resolve_profile("param p: path under /usr\nfilesystem { write $p }").codes(), ElementsAre("F029"));
    EXPECT_THAT(resolve_profile("param p: path under /var/tmp\nfilesystem { write $p }").codes(), IsEmpty());
    EXPECT_THAT(resolve_profile("param p: path under /usr\nfilesystem { read $p }").codes(), IsEmpty());
}

TEST(ResolveFilesystem, KernelTreesOfTheHostAreRefused) {
    EXPECT_THAT(filesystem_codes("read /proc"), ElementsAre("F004"));
    EXPECT_THAT(filesystem_codes("read /dev/shm"), ElementsAre("F004"));
    EXPECT_THAT(filesystem_codes("write /sys/fs"), ElementsAre("F004"));
    EXPECT_THAT(filesystem_codes("read /sys /process /devices"), IsEmpty());
}

TEST(ResolveFilesystem, NothingStandsBelowAFileALinkOrAProcfs) {
    EXPECT_THAT(filesystem_codes("file /f \"x\"\nread /f/a"), ElementsAre("F030"));
    EXPECT_THAT(filesystem_codes("symlink /l -> /x\nread /l/a"), ElementsAre("F030"));
    EXPECT_THAT(filesystem_codes("proc /proc\ntmpfs /proc/x"), ElementsAre("F030"));
    EXPECT_THAT(filesystem_codes("dev /dev\ndir /dev/x"), ElementsAre("F030"));
    EXPECT_THAT(filesystem_codes("socket /run/s\ndir /run/s/x"), ElementsAre("F030"));
    EXPECT_THAT(filesystem_codes("dev /dev\ndevice /dev/fuse /dev/net/tun?"), IsEmpty());
    EXPECT_THAT(filesystem_codes("device /tmp/x"), ElementsAre("F030"));
}

TEST(ResolveFilesystem, ALinkCannotStandBelowAWritableNode) {
    EXPECT_THAT(filesystem_codes("write /srv\nsymlink /srv/l -> x"), ElementsAre("F030"));
    EXPECT_THAT(filesystem_codes("tmpfs /t\nsymlink /t/l -> x"), ElementsAre("F030"));
    EXPECT_THAT(filesystem_codes("write /srv\ndir /srv/d"), IsEmpty());
    EXPECT_THAT(filesystem_codes("dir /d\nsymlink /d/l -> x"), IsEmpty());
}

TEST(ResolveFilesystem, AMaskWithNodesBelowIsADirectory) {
    const auto resolved = resolve_profile("filesystem { read /a; hide /a/k; read /a/k/z }");
    EXPECT_THAT(resolved.codes(), ElementsAre("F013"));
    EXPECT_EQ(resolved.sink.sorted()[0].fixes.at(0).replacement, "/");
    EXPECT_THAT(filesystem_codes("read /a\nhide /a/k/\nread /a/k/z"), IsEmpty());
}

TEST(ResolveFilesystem, ADestinationParameterNeedsUnder) {
    EXPECT_THAT(resolve_profile("param p: path\nfilesystem { read $p }").codes(), ElementsAre("L014"));
    EXPECT_THAT(resolve_profile("param p: path\nfilesystem { read $p as /x }").codes(), IsEmpty());
    EXPECT_THAT(resolve_profile("param p: count\nfilesystem { read $p as /x }").codes(), ElementsAre("L014"));
}

TEST(ResolveFilesystem, NodesBelowAParameterAreKept) {
    const auto resolved =
        resolve_profile("param s: path under /var/tmp\nfilesystem { write $s; hide $s/.git/; read \"${s}/in put\" }");
    EXPECT_THAT(resolved.messages(), IsEmpty());
    EXPECT_EQ(resolved.profile.policy.filesystem.nodes.size(), 3U);
}

TEST(ResolveFilesystem, OptionsOfATmpfsAreRead) {
    const auto resolved = resolve_profile("filesystem { tmpfs /t { size 5M; mode 1777 } }");
    const auto& node = resolved.profile.policy.filesystem.nodes.at(at("/t"));
    EXPECT_EQ(std::get<policy::Tmpfs>(node.content), (policy::Tmpfs{{5U << 20U}, 01777}));
    EXPECT_THAT(filesystem_codes("tmpfs /t { size 5 }"), ElementsAre("R007"));
    EXPECT_THAT(filesystem_codes("tmpfs /t { size 0B }"), ElementsAre("S010"));
    EXPECT_THAT(filesystem_codes("tmpfs /t { mode 99 }"), ElementsAre("S010"));
    EXPECT_THAT(filesystem_codes("dir /t { size 5M }"), ElementsAre("L001"));
}

TEST(ResolveFilesystem, NoexecStandsBeforeThePath) {
    const auto resolved = resolve_profile("filesystem { write noexec /srv/x; read noexec /data as /in }");
    const auto& nodes = resolved.profile.policy.filesystem.nodes;
    EXPECT_TRUE(std::get<policy::HostTree>(nodes.at(at("/srv/x")).content).noexec);
    EXPECT_TRUE(std::get<policy::HostTree>(nodes.at(at("/in")).content).noexec);
    EXPECT_THAT(filesystem_codes("write /srv/x noexec"), ElementsAre("S009"));
    EXPECT_THAT(filesystem_codes("write noexec /srv x"), ElementsAre("F024"));
}

}  // namespace
}  // namespace sbx
