// `policyc check --fix` and `--diff`: which edits are made, and what is left to the policy's writer.
#include "tests/unit/cli/check_fixture.hpp"

#include <gmock/gmock.h>

namespace sbx::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class CheckFix : public CheckRun {};

TEST_F(CheckFix, SafeEditsAreShownOrMade) {
    const test::Outcome shown = run({"check", "--diff", "tree/suspicious.sbx"});
    EXPECT_THAT(shown.out, AllOf(StartsWith("--- tree/suspicious.sbx\n"), HasSubstr("\n-    allow tcp to 10.1.0.0/16 port 443\n")));
    EXPECT_EQ(text("tree/suspicious.sbx"), suspicious);
    const test::Outcome made = run({"check", "--fix", "tree/suspicious.sbx"});
    EXPECT_EQ(made.code, 0);
    EXPECT_THAT(made.err, AllOf(HasSubstr("SBX-F005"), Not(HasSubstr("SBX-N001"))));
    std::string mended(suspicious);
    mended.erase(mended.find("    allow tcp to 10.1"), std::string("    allow tcp to 10.1.0.0/16 port 443\n").size());
    EXPECT_EQ(text("tree/suspicious.sbx"), mended);
    EXPECT_EQ(run({"check", "--fix", "tree/suspicious.sbx"}).code, 0);
    EXPECT_EQ(text("tree/suspicious.sbx"), mended);
}

TEST_F(CheckFix, StaleWaiversAndMistakesOfSpellingAreMended) {
    write_file(
        directory.path() / "stale.sbx",
        "sbx 1\nprofile stale\nwaive F005 \"gone\"\nuse std/system\nfilesystem { read /srv waive F018 \"gone\"; read /opt }\n"
        "limits { file-size 10M }\n");
    EXPECT_EQ(run({"check", "--fix", "--fail-level", "warning", "stale.sbx"}).code, 0);
    EXPECT_EQ(text("stale.sbx"),
              "sbx 1\nprofile stale\nuse std/system\nfilesystem { read /srv; read /opt }\nlimits { file-size 10M }\n");
}

TEST_F(CheckFix, ADirectoryThatIsHiddenGetsItsSlashOnce) {
    const std::string policy =
        "sbx 1\nprofile p\nuse std/system\nfilesystem {\n    read /srv\n    hide \"/srv/a\"\n    hide /srv/b\n"
        "    read /srv/a/x /srv/b/x /srv/b/y\n}\n";
    write_file(directory.path() / "slash.sbx", policy);
    EXPECT_EQ(run({"check", "slash.sbx"}).code, 1);
    EXPECT_EQ(run({"check", "--fix", "slash.sbx"}).code, 0);
    EXPECT_THAT(text("slash.sbx"), AllOf(HasSubstr("hide \"/srv/a/\"\n"), HasSubstr("hide /srv/b/\n")));
}

TEST_F(CheckFix, WhatWouldBeAGuessIsNotMade) {
    for (const std::string wrong :
         {"filesystem { raed /srv }", "filesystem { read $srvv }\nlet srv = /srv", "network { allow tcp to 10.1.2.3/8 port 443 }",
          "limits { core 64M }", "process { controlling-terminal keep }", "process { nested-namespaces allow }",
          "process { survive-parent }", "limits { file-size 60 }"}) {
        const std::string policy = "sbx 1\nprofile p\nuse std/system\n" + wrong + "\n";
        write_file(directory.path() / "guess.sbx", policy);
        EXPECT_THAT(run({"check", "guess.sbx"}).err, HasSubstr("SBX-")) << wrong;
        EXPECT_THAT(run({"check", "--fix", "guess.sbx"}).err, HasSubstr("SBX-")) << wrong;
        EXPECT_EQ(text("guess.sbx"), policy);
    }
}

TEST_F(CheckFix, AFileThatIsTakenInIsEditedOnlyIfNobodyElseMeansAnotherThing) {
    // Alone the fragment's second rule says nothing; beside the profile's waiver it does not either, so both are mended.
    write_file(directory.path() / "net.sbx",
               "sbx 1\nfragment net\nnetwork {\n    allow tcp to 10.0.0.0/8 port 443\n    allow tcp to 10.1.0.0/16 port 443\n}\n");
    write_file(directory.path() / "user.sbx", "sbx 1\nprofile user\nuse std/system\nuse \"net.sbx\"\n");
    EXPECT_EQ(run({"check", "--fix", "user.sbx"}).code, 0);
    EXPECT_THAT(text("net.sbx"), HasSubstr("10.1.0.0/16")) << "it was not named";
    EXPECT_EQ(run({"check", "--fix", "user.sbx", "net.sbx"}).code, 0);
    EXPECT_THAT(text("net.sbx"), Not(HasSubstr("10.1.0.0/16")));
}

TEST_F(CheckFix, WhatIsNotSaidIsMendedAllTheSame) {
    const test::Outcome shown = run({"check", "-q", "--diff", "tree/suspicious.sbx"});
    EXPECT_EQ(shown.out, run({"check", "--diff", "tree/suspicious.sbx"}).out);
    EXPECT_THAT(shown.out, HasSubstr("\n-    allow tcp to 10.1.0.0/16 port 443\n"));
    EXPECT_EQ(shown.err, "");
}

TEST_F(CheckFix, StatementsAndNamesWithoutEffectGo) {
    const auto mended = [&](const std::string& policy) {
        write_file(directory.path() / "idle.sbx", policy);
        EXPECT_EQ(run({"check", "--fix", "idle.sbx"}).code, 0) << policy;
        return text("idle.sbx");
    };
    const std::string head = "sbx 1\nprofile idle\nuse std/system\n";
    EXPECT_EQ(mended(head + "let a = 1\nuse std/system\n"), head);
    EXPECT_EQ(mended(head + "filesystem {\n    read /srv /srv/a? /srv/b\n    dir /srv-1\n    dir /srv-1/a\n}\n"),
              head + "filesystem {\n    read /srv /srv/b\n    dir /srv-1\n    dir /srv-1/a\n}\n")
        << "that `/srv/b` has to be there is an effect, and `dir` stands in the normal form";
    EXPECT_EQ(mended(head + "filesystem {\n    read /srv\n    read /srv/a? /srv/b?\n}\n"),
              head + "filesystem {\n    read /srv\n}\n");
    const std::string list = head + "filesystem {\n    read /srv, /srv/a?\n    read [/opt /opt/a?]\n}\n";
    EXPECT_EQ(mended(list), list) << "a comma goes on with the statement";
    const std::string parameter = head + "param a: port\n";
    EXPECT_EQ(mended(parameter), parameter) << "a launch that gives it would be refused";
    const std::string fragment =
        "sbx 1\nfragment idle\nlet a = 1\nfilesystem {\n    dir /var\n    read /var/a\n    read /var/a/b?\n}\n";
    EXPECT_EQ(mended(fragment), fragment) << "whoever takes it in may have something in between";
}

}  // namespace
}  // namespace sbx::cli
