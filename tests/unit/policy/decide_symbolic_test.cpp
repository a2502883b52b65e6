// Requests whose answer has to hold for every value of a parameter, whatever the host has, and through every link.
#include "tests/unit/policy/decide_support.hpp"

#include <gmock/gmock.h>

namespace sbx {
namespace {

using policy::Verdict;
using test::decided;
using test::DecideRow;
using testing::HasSubstr;

constexpr Verdict allowed = Verdict::allowed;
constexpr Verdict refused = Verdict::denied;
constexpr Verdict uncertain = Verdict::depends;

#define SBX_SCRATCH "param s: path under /var/tmp\n"
constexpr DecideRow with_parameters[] = {
    {SBX_SCRATCH "filesystem { write $s }", "write $s/x", allowed},
    {SBX_SCRATCH "filesystem { write $s }", "write $s", allowed},
    {SBX_SCRATCH "filesystem { write $s }", "write /var/tmp/x", uncertain},
    {SBX_SCRATCH "filesystem { write $s }", "write /var/tmp", refused},
    {SBX_SCRATCH "filesystem { write $s }", "read /var/tmp", allowed},
    {SBX_SCRATCH "filesystem { write $s }", "write /var", refused},
    {SBX_SCRATCH "filesystem { write $s }", "write /srv/x", refused},
    {SBX_SCRATCH "filesystem { read /var/tmp; write $s }", "read /var/tmp/x", allowed},
    {SBX_SCRATCH "filesystem { read /var/tmp; write $s }", "write /var/tmp/x", uncertain},
    {SBX_SCRATCH "filesystem { write $s; read $s/lib }", "write $s/lib/x", refused},
    {SBX_SCRATCH "filesystem { write $s; hide $s/.git/hooks/ }", "write $s/.git/hooks/pre-commit", refused},
    {SBX_SCRATCH "filesystem { write $s; hide $s/.git/hooks/ }", "write $s/.git/config", allowed},
    {SBX_SCRATCH "filesystem { read $s/in; write $s/out }", "write $s/out/x", allowed},
    {SBX_SCRATCH "filesystem { read $s/in; write $s/out }", "write $s/in/x", refused},
    {SBX_SCRATCH "filesystem { read $s/in; write $s/out }", "read $s", allowed},
    {SBX_SCRATCH "filesystem { read $s/in; write $s/out }", "read $s/other", refused},
    // A launch refuses a value that is, or is above, another node, and one below a `hide`.
    {SBX_SCRATCH "filesystem { write $s; read /srv/x as /var/tmp/fixed }", "write /var/tmp/fixed", refused},
    {SBX_SCRATCH "filesystem { write $s; read /srv/x as /var/tmp/a/b }", "write /var/tmp/a", refused},
    {SBX_SCRATCH "filesystem { read /var/tmp; hide /var/tmp/h/; write $s }", "write /var/tmp/h/x", refused},
    {SBX_SCRATCH "filesystem { hide /var/tmp/; write $s }", "write /var/tmp/h/x", refused},
    // A source that is no destination can be anywhere, and says nothing about other paths.
    {"param i: path\nfilesystem { read $i as /in }", "read /in/x", allowed},
    {"param i: path\nfilesystem { read $i as /in }", "write /in/x", refused},
    {"param i: path\nfilesystem { read $i as /in }", "read /etc/passwd", refused},
    {"param i: path\nfilesystem { read $i as /in }", "read $i", uncertain},
    {"param i: path one of [/srv/a /srv/b]\nfilesystem { read /srv; hide /srv/b/ }", "read $i", uncertain},
    {"param i: path one of [/srv/a /srv/b]\nfilesystem { read /srv }", "read $i/x", allowed},
    // Two parameters below one directory are never one above the other.
    {"param a: path under /w\nparam b: path under /w\nfilesystem { read $a; write $b }", "write $a/x", refused},
    {"param a: path under /w\nparam b: path under /w\nfilesystem { read $a; write $b }", "write $b/x", allowed},
    {"param a: path under /w\nparam b: path under /w\nfilesystem { read $a; write $b }", "read /w/x", uncertain},
};
TEST(DecideSymbolic, TheAnswerHoldsForEveryValueThatALaunchAccepts) {
    test::expect_verdicts(with_parameters);
}

TEST(DecideSymbolic, NamesEveryParameterOnWhichItDepends) {
    const char* const two = "param a: path under /w\nparam b: path under /w\nfilesystem { read $a; write $b }";
    EXPECT_THAT(decided(two, "read /w/x").reason, HasSubstr("it depends on the values of `$a` and `$b`: allowed where "));
    EXPECT_THAT(decided(two, "write /w/x").reason, HasSubstr("it depends on the value of `$b`: allowed where "));
    EXPECT_THAT(decided("param i: path one of [/srv/a /srv/b]\nfilesystem { read /srv; hide /srv/b/ }", "read $i").reason,
                HasSubstr("it depends on the value of `$i`: "));
    EXPECT_THAT(decided("param a: path under /w\nfilesystem { write /w; read /w/lib?; read $a }", "write /w/lib").reason,
                HasSubstr("where the host lacks it"));
    EXPECT_THAT(decided("param a: path under /w\nfilesystem { write /w; read /w/x/lib?; read $a }", "write /w/x/lib/y").reason,
                HasSubstr("where the host lacks it"));
}

constexpr DecideRow optional[] = {
    {"filesystem { read /opt? }", "read /opt/x", allowed},
    {"filesystem { read /opt? }", "write /opt/x", refused},
    {"filesystem { write /ws; read /ws/lib? }", "write /ws/lib/x", uncertain},
    {"filesystem { write /ws; read /ws/lib? }", "read /ws/lib/x", allowed},
    {"filesystem { write /ws; read /ws/lib?; read /ws/lib/a? }", "write /ws/lib/a/x", uncertain},
    {"filesystem { read /ws; read /srv/x? as /ws/lib }", "write /ws/lib/x", refused},
    {"filesystem { read /ws; write /ws/out? }", "write /ws/out/x", allowed},
    {"filesystem { tmpfs /run; socket /run/s? }", "read /run/s", uncertain},
};
TEST(DecideSymbolic, WhatTheHostMayLackNeverHidesAWiderGrant) {
    test::expect_verdicts(optional);
}

constexpr DecideRow links[] = {
    {"filesystem { read /usr; symlink /bin -> usr/bin }", "exec /bin/sh", allowed},
    {"filesystem { read /usr; symlink /bin -> /usr/bin }", "read /bin", allowed},
    {"filesystem { read /usr; symlink /bin -> usr/bin }", "write /bin/sh", refused},
    {"filesystem { symlink /bin -> usr/bin }", "read /bin/sh", refused},
    {"filesystem { read /usr; hide /usr/bin/; symlink /bin -> usr/bin }", "read /bin/sh", refused},
    {"filesystem { tmpfs /t; symlink /a/b -> ../t }", "write /a/b/x", allowed},
    {"filesystem { tmpfs /t; symlink /a -> b; symlink /b -> c; symlink /c -> t }", "write /a/x", allowed},
    {"filesystem { symlink /a -> b; symlink /b -> a }", "read /a", refused},
    {"filesystem { symlink /a -> a }", "read /a/x", refused},
    {"filesystem { tmpfs /t; symlink /up -> ../../../t }", "write /up/x", allowed},
    {"filesystem { tmpfs /t; symlink /l -> /gone/../t }", "write /l/x", refused},
    {"filesystem { tmpfs /t; dir /d; symlink /l -> /d/../t }", "write /l/x", allowed},
    {"filesystem { tmpfs /t; file /f \"x\"; symlink /l -> /f/../t }", "write /l/x", refused},
    {"filesystem { tmpfs /t; read /srv; hide /srv/k; symlink /l -> /srv/k/../t }", "read /l", refused},
    {"filesystem { tmpfs /t; dir /d { mode 444 }; symlink /l -> /d/../t }", "write /l/x", refused},
    {"filesystem { tmpfs /t; dir /d { mode 444 }; symlink /d/l -> /t }", "write /d/l/x", refused},
    {SBX_SCRATCH "filesystem { write $s; symlink /l -> /var/tmp/job }", "write /l/x", uncertain},
    {SBX_SCRATCH "filesystem { write $s; symlink /l -> /srv }", "write /l/x", refused},
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
    EXPECT_EQ(decided(chain(40), "write /l39/x").verdict, allowed);
    EXPECT_EQ(decided(chain(41), "write /l40/x").verdict, refused);
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
