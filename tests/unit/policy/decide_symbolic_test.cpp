// Requests whose answer has to hold for every value of a parameter, whatever the host has, and through every link.
#include "tests/unit/policy/decide_support.hpp"

#include <gmock/gmock.h>

namespace sbx {
namespace {

using policy::Verdict;
using test::decided;
using test::DecideRow;
using testing::HasSubstr;

constexpr Verdict yes = Verdict::allowed;
constexpr Verdict no = Verdict::denied;
constexpr Verdict depends = Verdict::depends;

#define SBX_SCRATCH "param s: path under /var/tmp\n"
constexpr DecideRow parameters[] = {
    {SBX_SCRATCH "filesystem { write $s }", "write $s/x", yes},
    {SBX_SCRATCH "filesystem { write $s }", "write $s", yes},
    {SBX_SCRATCH "filesystem { write $s }", "write /var/tmp/x", depends},
    {SBX_SCRATCH "filesystem { write $s }", "write /var/tmp", no},
    {SBX_SCRATCH "filesystem { write $s }", "read /var/tmp", yes},
    {SBX_SCRATCH "filesystem { write $s }", "write /var", no},
    {SBX_SCRATCH "filesystem { write $s }", "write /srv/x", no},
    {SBX_SCRATCH "filesystem { read /var/tmp; write $s }", "read /var/tmp/x", yes},
    {SBX_SCRATCH "filesystem { read /var/tmp; write $s }", "write /var/tmp/x", depends},
    {SBX_SCRATCH "filesystem { write $s; read $s/lib }", "write $s/lib/x", no},
    {SBX_SCRATCH "filesystem { write $s; hide $s/.git/hooks/ }", "write $s/.git/hooks/pre-commit", no},
    {SBX_SCRATCH "filesystem { write $s; hide $s/.git/hooks/ }", "write $s/.git/config", yes},
    {SBX_SCRATCH "filesystem { read $s/in; write $s/out }", "write $s/out/x", yes},
    {SBX_SCRATCH "filesystem { read $s/in; write $s/out }", "write $s/in/x", no},
    {SBX_SCRATCH "filesystem { read $s/in; write $s/out }", "read $s", yes},
    {SBX_SCRATCH "filesystem { read $s/in; write $s/out }", "read $s/other", no},
    // A launch refuses a value that is, or is above, another node, and one below a `hide`.
    {SBX_SCRATCH "filesystem { write $s; read /srv/x as /var/tmp/fixed }", "write /var/tmp/fixed", no},
    {SBX_SCRATCH "filesystem { write $s; read /srv/x as /var/tmp/a/b }", "write /var/tmp/a", no},
    {SBX_SCRATCH "filesystem { read /var/tmp; hide /var/tmp/h/; write $s }", "write /var/tmp/h/x", no},
    {SBX_SCRATCH "filesystem { hide /var/tmp/; write $s }", "write /var/tmp/h/x", no},
    // A source that is no destination can be anywhere, and says nothing about other paths.
    {"param i: path\nfilesystem { read $i as /in }", "read /in/x", yes},
    {"param i: path\nfilesystem { read $i as /in }", "write /in/x", no},
    {"param i: path\nfilesystem { read $i as /in }", "read /etc/passwd", no},
    {"param i: path\nfilesystem { read $i as /in }", "read $i", depends},
    {"param i: path one of [/srv/a /srv/b]\nfilesystem { read /srv; hide /srv/b/ }", "read $i", depends},
    {"param i: path one of [/srv/a /srv/b]\nfilesystem { read /srv }", "read $i/x", yes},
    // Two parameters below one directory are never one above the other.
    {"param a: path under /w\nparam b: path under /w\nfilesystem { read $a; write $b }", "write $a/x", no},
    {"param a: path under /w\nparam b: path under /w\nfilesystem { read $a; write $b }", "write $b/x", yes},
    {"param a: path under /w\nparam b: path under /w\nfilesystem { read $a; write $b }", "read /w/x", depends},
};
TEST(DecideSymbolic, TheAnswerHoldsForEveryValueThatALaunchAccepts) {
    test::expect_verdicts(parameters);
}

constexpr DecideRow optional[] = {
    {"filesystem { read /opt? }", "read /opt/x", yes},
    {"filesystem { read /opt? }", "write /opt/x", no},
    {"filesystem { write /ws; read /ws/lib? }", "write /ws/lib/x", depends},
    {"filesystem { write /ws; read /ws/lib? }", "read /ws/lib/x", yes},
    {"filesystem { write /ws; read /ws/lib?; read /ws/lib/a? }", "write /ws/lib/a/x", depends},
    {"filesystem { read /ws; read /srv/x? as /ws/lib }", "write /ws/lib/x", no},
    {"filesystem { read /ws; write /ws/out? }", "write /ws/out/x", yes},
    {"filesystem { tmpfs /run; socket /run/s? }", "read /run/s", depends},
};
TEST(DecideSymbolic, WhatTheHostMayLackNeverHidesAWiderGrant) {
    test::expect_verdicts(optional);
}

constexpr DecideRow links[] = {
    {"filesystem { read /usr; symlink /bin -> usr/bin }", "exec /bin/sh", yes},
    {"filesystem { read /usr; symlink /bin -> /usr/bin }", "read /bin", yes},
    {"filesystem { read /usr; symlink /bin -> usr/bin }", "write /bin/sh", no},
    {"filesystem { symlink /bin -> usr/bin }", "read /bin/sh", no},
    {"filesystem { read /usr; hide /usr/bin/; symlink /bin -> usr/bin }", "read /bin/sh", no},
    {"filesystem { tmpfs /t; symlink /a/b -> ../t }", "write /a/b/x", yes},
    {"filesystem { tmpfs /t; symlink /a -> b; symlink /b -> c; symlink /c -> t }", "write /a/x", yes},
    {"filesystem { symlink /a -> b; symlink /b -> a }", "read /a", no},
    {"filesystem { symlink /a -> a }", "read /a/x", no},
    {"filesystem { tmpfs /t; symlink /up -> ../../../t }", "write /up/x", yes},
    {"filesystem { tmpfs /t; symlink /l -> /gone/../t }", "write /l/x", no},
    {"filesystem { tmpfs /t; dir /d; symlink /l -> /d/../t }", "write /l/x", yes},
    {"filesystem { tmpfs /t; file /f \"x\"; symlink /l -> /f/../t }", "write /l/x", no},
    {"filesystem { tmpfs /t; read /srv; hide /srv/k; symlink /l -> /srv/k/../t }", "read /l", no},
    {"filesystem { tmpfs /t; dir /d { mode 444 }; symlink /l -> /d/../t }", "write /l/x", no},
    {"filesystem { tmpfs /t; dir /d { mode 444 }; symlink /d/l -> /t }", "write /d/l/x", no},
    {SBX_SCRATCH "filesystem { write $s; symlink /l -> /var/tmp/job }", "write /l/x", depends},
    {SBX_SCRATCH "filesystem { write $s; symlink /l -> /srv }", "write /l/x", no},
};
TEST(DecideSymbolic, LinksAreFollowedAsTheKernelFollowsThem) {
    test::expect_verdicts(links);
}

TEST(DecideSymbolic, FortyLinksAreFollowedAndNoMore) {
    const auto chain = [](int count) {
        std::string nodes = "filesystem { tmpfs /t; symlink /l0 -> t";
        for (int i = 1; i < count; ++i) {
            nodes += "; symlink /l" + std::to_string(i) + " -> l" + std::to_string(i - 1);
        }
        return nodes + " }";
    };
    EXPECT_EQ(decided(chain(40), "write /l39/x").verdict, yes);
    EXPECT_EQ(decided(chain(41), "write /l40/x").verdict, no);
}

TEST(DecideSymbolic, AnAnswerThatDependsNamesTheParameterAndBothSides) {
    const auto decision = decided(SBX_SCRATCH "filesystem { write $s }", "write /var/tmp/x");
    EXPECT_THAT(decision.reason, HasSubstr("`$s`"));
    EXPECT_THAT(decision.reason, HasSubstr("allowed where `write $s`"));
    EXPECT_THAT(decision.reason, HasSubstr("denied where"));
    EXPECT_EQ(decision.reason.find('\x01'), std::string::npos);
}

}  // namespace
}  // namespace sbx
