// `policyc check --fix` and `--diff`: which edits are made, and what is left to the policy's writer.
#include "tests/unit/cli/check_fixture.hpp"

#include <gmock/gmock.h>

namespace sbx::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class CheckFix : public CheckRun {
protected:
    /// What `check --fix` makes of the statements of a profile, once and then for good.
    [[nodiscard]] std::string mended(const std::string& statements) const {
        const std::string head = "sbx 1\nprofile mended\nuse std/system\n";
        write_file(directory.path() / "mended.sbx", head + statements);
        static_cast<void>(run({"check", "--fix", "mended.sbx"}));
        const std::string once = text("mended.sbx");
        static_cast<void>(run({"check", "--fix", "mended.sbx"}));
        EXPECT_EQ(text("mended.sbx"), once) << "a second run has nothing left to do";
        EXPECT_EQ(once.substr(0, head.size()), head);
        return once.substr(head.size());
    }
    /// The same, of statements whose profile compiles then.
    [[nodiscard]] std::string mended_well(const std::string& statements) const {
        const std::string made = mended(statements);
        EXPECT_EQ(run({"check", "mended.sbx"}).code, 0) << made;
        return made;
    }
};

TEST_F(CheckFix, SafeEditsAreShownOrMade) {
    const test::Outcome shown = run({"check", "--diff", "tree/suspicious.sbx"});
    EXPECT_THAT(shown.out, AllOf(StartsWith("--- tree/suspicious.sbx\n"), HasSubstr("\n-    allow tcp to 10.1.0.0/16 port 443\n")));
    EXPECT_EQ(text("tree/suspicious.sbx"), suspicious);
    EXPECT_THAT(shown.err, Not(HasSubstr("mended")));
    const test::Outcome made = run({"check", "--fix", "tree/suspicious.sbx"});
    EXPECT_EQ(made.code, 0);
    EXPECT_THAT(made.err, AllOf(StartsWith("policyc: `tree/suspicious.sbx` is mended: 1 edit\n"), HasSubstr("SBX-F005"),
                                Not(HasSubstr("SBX-N001"))));
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
    const test::Outcome made = run({"check", "--fix", "--fail-level", "warning", "stale.sbx"});
    EXPECT_EQ(made.code, 0);
    EXPECT_THAT(made.err, StartsWith("policyc: `stale.sbx` is mended: 2 edits\n"));
    EXPECT_THAT(run({"check", "--fix", "stale.sbx"}).err, Not(HasSubstr("mended"))) << "there is nothing more to do";
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

TEST_F(CheckFix, TheSecondOfTwoStatementsInTheSameWordsGoes) {
    EXPECT_EQ(mended_well("filesystem {\n    read /srv /srv-1\n    read   /srv  /srv-1\n    read /opt; read /opt; read /opt\n}\n"),
              "filesystem {\n    read /srv /srv-1\n    read /opt\n}\n");
    EXPECT_EQ(mended_well("filesystem {\n    read /srv\n    read /srv # for the build\n}\n"),
              "filesystem {\n    read /srv\n    # for the build\n}\n");
    EXPECT_EQ(mended_well("filesystem { tmpfs /scratch { size 1M; size 1M } }\nlimits { core 0 }\nlimits { core 0 }\n"),
              "filesystem { tmpfs /scratch { size 1M } }\nlimits { core 0 }\nlimits {  }\n");
    EXPECT_EQ(mended_well("network {\n    allow tcp to 192.0.2.1 port 443\n    resolver 192.0.2.1\n    resolver 192.0.2.1\n"
                          "    allow tcp to 192.0.2.1 port 443\n}\n"),
              "network {\n    allow tcp to 192.0.2.1 port 443\n    resolver 192.0.2.1\n}\n");
    EXPECT_EQ(mended_well("target bwrap bind-fd disable-userns\ntarget bwrap bind-fd disable-userns\nlet a = /srv\nlet a = /srv\n"
                          "filesystem { read $a }\nsyscalls unrestricted because \"x\"\nsyscalls unrestricted because \"x\"\n"),
              "target bwrap bind-fd disable-userns\nlet a = /srv\nfilesystem { read $a }\n"
              "syscalls unrestricted because \"x\"\n");
}

TEST_F(CheckFix, StatementsThatAreNotTheSameStay) {
    for (const std::string both :
         {"limits { core 0; core 1M }\n", "filesystem { read /srv /opt; read /opt }\n", "environment { keep TZ TZ }\n",
          "filesystem { read /srv; read /srv waive F018 \"empty\" }\n", "filesystem { read /srv; final read /srv }\n",
          "let both = [/srv, /srv]\nfilesystem { read $both }\n", "let a = /srv\nlet a = /opt\nfilesystem { read $a }\n",
          "filesystem { tmpfs /scratch { size 1M }; tmpfs /scratch }\n",
          "process { pass-descriptor 3\n pass-descriptor 3, # the log\n 4 }\n"}) {
        EXPECT_EQ(mended(both), both);
        EXPECT_EQ(run({"check", "mended.sbx"}).code, 1) << both;
    }
}

TEST_F(CheckFix, AVariableOfTheLoaderIsNoLongerTakenFromTheCaller) {
    EXPECT_EQ(mended_well("environment {\n    keep LANG PYTHONPATH LD_PRELOAD TZ\n    keep NODE_OPTIONS LD_*\n"
                          "    accept GIT_SSH_COMMAND\n    set PYTHONPATH = \"/srv/lib\"\n}\n"),
              "environment {\n    keep LANG TZ\n    set PYTHONPATH = \"/srv/lib\"\n}\n");
    EXPECT_EQ(mended_well("environment { keep TZ; accept PYTHONPATH }\n"), "environment { keep TZ }\n");
    for (const std::string meant : {"environment { keep L* }\n", "environment { keep * }\n", "environment { accept PATH }\n",
                                    "environment { keep TZ, PYTHONPATH }\n", "environment { keep [TZ PYTHONPATH] }\n"}) {
        EXPECT_EQ(mended(meant), meant);
        EXPECT_THAT(run({"check", "mended.sbx"}).err, HasSubstr("SBX-P005")) << meant;
    }
}

TEST_F(CheckFix, TheHostsProcBecomesOneOfItsOwnAndSysIsRead) {
    const std::string head = "sbx 1\nprofile bare\n";
    write_file(directory.path() / "bare.sbx", head + "filesystem { read /usr /proc }\n");
    EXPECT_EQ(run({"check", "--fix", "bare.sbx"}).code, 0);
    EXPECT_EQ(text("bare.sbx"), head + "filesystem { read /usr; proc /proc }\n");
    EXPECT_EQ(mended_well("filesystem {\n    read /srv /proc /opt\n    write /sys/fs\n    write /srv/w /sys/kernel\n}\n"),
              "filesystem {\n    read /srv /opt\n    proc /proc\n    read /sys/fs\n    write /srv/w\n    read /sys/kernel\n}\n");
    EXPECT_EQ(mended_well("filesystem {\n    proc /proc\n    read /proc\n}\n"), "filesystem {\n    proc /proc\n}\n");
    for (const std::string meant : {"read /proc/self", "read /proc?", "read /proc/", "read noexec /proc", "write /proc",
                                    "read /proc as /p", "read /srv, /proc", "read [/srv /proc]", "read /dev", "write /sys/fs?",
                                    "write /sys/fs as /s", "read /proc waive F018 \"x\""}) {
        const std::string policy = "filesystem { " + meant + " }\n";
        EXPECT_EQ(mended(policy), policy);
        EXPECT_THAT(run({"check", "mended.sbx"}).err, HasSubstr("SBX-F004")) << meant;
    }
    const std::string by_name = "let p = /proc\nfilesystem { read $p }\n";
    EXPECT_EQ(mended(by_name), by_name);
}

TEST_F(CheckFix, AHostNameIsWrittenAsOne) {
    EXPECT_EQ(mended_well("network {\n    resolver 192.0.2.53\n    allow tcp to registry.example.org port 443\n"
                          "    allow udp to \"a.example.org\"\n}\n"),
              "network {\n    resolver 192.0.2.53\n    allow tcp to host \"registry.example.org\" port 443\n"
              "    allow udp to host \"a.example.org\"\n}\n");
    for (const std::string meant :
         {"allow tcp to localhost", "allow tcp to a.example.org b.example.org", "allow tcp to a.example.org 192.0.2.1",
          "deny tcp to a.example.org", "allow any to a.example.org", "allow icmp to a.example.org",
          "allow tcp to a.example.org:443", "allow tcp to \"*.example.org\"", "allow tcp to \"192.0.2.one\"",
          "allow tcp to a.example.org.", "allow tcp to [a.example.org]", "resolver a.example.org"}) {
        const std::string policy = "network { resolver 192.0.2.53; " + meant + " }\n";
        EXPECT_EQ(mended(policy), policy);
        EXPECT_THAT(run({"check", "mended.sbx"}).err, HasSubstr("SBX-N009")) << meant;
    }
    const std::string by_name = "let n = \"a.example.org\"\nnetwork { resolver 192.0.2.53; allow tcp to $n }\n";
    EXPECT_EQ(mended(by_name), by_name);
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
