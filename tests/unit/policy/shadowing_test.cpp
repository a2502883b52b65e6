// SBX-F001: which statements are dead, what covers them, and which only look it.
#include "compiler/policy/check.hpp"
#include "tests/support/memory_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sbx {
namespace {

using test::MemoryFiles;
using testing::ElementsAre;
using testing::IsEmpty;

/// Of a policy that must give nothing else.
std::vector<std::string> dead(const std::string& statements, const MemoryFiles& files = MemoryFiles()) {
    std::vector<std::string> messages;
    test::Resolved resolved = test::resolve_profile(statements, files);
    EXPECT_THAT(resolved.messages(), IsEmpty());
    policy::check(resolved.profile, resolved.sink);
    for (const Diagnostic& each : resolved.sink.sorted()) {
        const std::string severity = each.severity == Severity::error ? "error: " : "";
        if (each.kind != DiagnosticKind::dead_statement) {
            EXPECT_NE(each.severity, Severity::error) << each.message;
            continue;
        }
        messages.push_back(severity + each.message);
    }
    return messages;
}

TEST(Shadowing, ATreeInsideOneThatShowsTheSameIsDead) {
    EXPECT_THAT(dead("filesystem { read /usr; read /usr/lib }"),
                ElementsAre("`read /usr/lib` says nothing that `read /usr` does not say"));
    EXPECT_THAT(dead("filesystem { read /srv as /x; read /srv/a as /x/a }"),
                ElementsAre("`read /srv/a as /x/a` says nothing that `read /srv as /x` does not say"));
    EXPECT_THAT(dead("param s: path under /var/tmp\nfilesystem { write $s; write $s/out }"),
                ElementsAre("`write $s/out` says nothing that `write $s` does not say"));
}

TEST(Shadowing, TheCoverIsWhatStaysWhenEverythingDeadIsRemoved) {
    EXPECT_THAT(dead("filesystem { read /usr; read /usr/lib; read /usr/lib/x }"),
                ElementsAre("`read /usr/lib` says nothing that `read /usr` does not say",
                            "`read /usr/lib/x` says nothing that `read /usr` does not say"));
}

TEST(Shadowing, WhatDiffersInAnyWayIsAlive) {
    for (const char* nodes :
         {"read /usr; write /usr/share/x", "write /srv; read /srv/a", "read /srv as /x; read /srv/b as /x/a",
          "read /srv; tmpfs /srv/a; read /srv/a/b", "read /srv; hide /srv/a/; read /srv/a/b", "tmpfs /t; tmpfs /t/a",
          "read /srv?; read /srv/a", "dir /a; read /srv? as /a/b", "dir /a { mode 700 }; read /srv as /a/b",
          "read /srv; dir /srv/a", "dev /dev; device /dev/fuse", "file /a/b \"x\"; read /srv as /a/c"}) {
        EXPECT_THAT(dead(std::string("filesystem { ") + nodes + " }"), IsEmpty()) << nodes;
    }
}

TEST(Shadowing, OptionalNodesAreDecidedByWhatIsThereForSure) {
    EXPECT_THAT(dead("filesystem { read /srv; read /srv/a? }"),
                ElementsAre("`read /srv/a?` says nothing that `read /srv` does not say"));
    EXPECT_THAT(dead("filesystem { read /srv?; read /srv/a? }"),
                ElementsAre("`read /srv/a?` says nothing that `read /srv?` does not say"));
}

TEST(Shadowing, ADeviceThatDevHasIsDead) {
    EXPECT_THAT(dead("filesystem { read /usr; dev /dev; device /dev/null /dev/fuse }"),
                ElementsAre("`device /dev/null` says nothing that `dev /dev` does not say"));
}

TEST(Shadowing, ADirectoryOnTheWayToAnotherNodeIsDead) {
    EXPECT_THAT(dead("filesystem { dir /a; read /srv as /a/b/c }"),
                ElementsAre("`dir /a` says nothing that `read /srv as /a/b/c` does not say"));
    EXPECT_THAT(dead("filesystem { dir /a; dir /a/b; read /srv as /a/b/c }"),
                ElementsAre("`dir /a` says nothing that `read /srv as /a/b/c` does not say",
                            "`dir /a/b` says nothing that `read /srv as /a/b/c` does not say"));
    EXPECT_THAT(dead("param s: path under /var/tmp\nfilesystem { dir /var; write $s }"),
                ElementsAre("`dir /var` says nothing that `write $s` does not say"));
}

TEST(Shadowing, AParameterInsideATreeThatShowsEveryValueIsDead) {
    const std::string parameter = "param s: path under /var/tmp\n";
    EXPECT_THAT(dead(parameter + "filesystem { write /var/tmp; write $s }"),
                ElementsAre("`write $s` says nothing that `write /var/tmp` does not say"));
    EXPECT_THAT(dead(parameter + "filesystem { read /var; hide /var/tmp/x/; read $s }"),
                ElementsAre("`read $s` says nothing that `read /var` does not say"));
    for (const char* nodes :
         {"read /var/tmp; write $s", "read /var/tmp as /x; read $s", "write /var/tmp; tmpfs /var/tmp/x; write $s",
          "read /var/tmp?; read $s", "write /var/tmp; write $s as /s"}) {
        EXPECT_THAT(dead(parameter + "filesystem { " + nodes + " }"), IsEmpty()) << nodes;
    }
}

TEST(Shadowing, AListIsDeadByTheUnionOfWhatCoversIt) {
    const std::string list = "let trees = [/usr/lib /opt/x /opt/y]\n";
    EXPECT_THAT(dead(list + "filesystem { read /usr /opt; read $trees }"),
                ElementsAre("`read /opt/x` and 2 more of its paths say nothing that `read /opt` and `read /usr` do not say"));
    EXPECT_THAT(dead(list + "filesystem { read /usr; read $trees }"), IsEmpty()) << "/opt is decided by nothing else";
}

TEST(Shadowing, WhatNobodyCanReachIsAnError) {
    EXPECT_THAT(dead("filesystem { dir /a { mode 600 }; read /srv as /a/b }"),
                ElementsAre("error: `read /srv as /a/b` has no effect: `dir /a` decides otherwise"));
    EXPECT_THAT(dead("param s: path under /srv/jobs\nfilesystem { read /srv; hide /srv/jobs/; write $s }"),
                ElementsAre("error: `write $s` has no effect: `hide /srv/jobs/` decides otherwise"));
    EXPECT_THAT(dead("param s: path under /srv\nfilesystem { read /srv; hide /srv/jobs/; write $s }"), IsEmpty());
}

TEST(Shadowing, OnlyStatementsOfOneFileAreHeldAgainstEachOther) {
    const MemoryFiles files{{"f.sbx", "sbx 1\nfragment f\nfilesystem { read /usr }"}};
    EXPECT_THAT(dead("use \"f.sbx\"\nfilesystem { read /usr/lib }", files), IsEmpty());
    const MemoryFiles wasteful{{"f.sbx", "sbx 1\nfragment f\nfilesystem { read /usr; read /usr/lib }"}};
    EXPECT_THAT(dead("use \"f.sbx\"\nfilesystem { read /srv }", wasteful), IsEmpty()) << "found where that file is checked";
}

TEST(Shadowing, FinalAndWaivedStatementsAndPoliciesWithHolesAreLeftAlone) {
    EXPECT_THAT(dead("filesystem { read /usr; final read /usr/lib }"), IsEmpty());
    EXPECT_THAT(dead("filesystem { read /usr; read /usr/lib waive SBX-F001 \"must be there\" }"), IsEmpty());
    EXPECT_THAT(test::resolve_profile("filesystem { read /usr; raed /usr/x; read /usr/x/y }").profile.dead_statements, IsEmpty());
}

}  // namespace
}  // namespace sbx
