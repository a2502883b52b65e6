// The verbs that read policies, seen from outside: what comes on which stream, what several files and standard input do, and that
// `expand` means the same as what it expands.
#include "tests/unit/cli/command_line_fixture.hpp"
#include "tests/unit/cli/run_policyc.hpp"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace sbx::cli {
namespace {

using test::Outcome;
using test::run_policyc;
using test::ScratchDirectory;
using test::write_file;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class Verbs : public ::testing::Test {
protected:
    [[nodiscard]] Outcome run(std::vector<std::string> arguments, std::string input = "") const {
        return run_policyc({std::move(arguments), std::move(input), directory.path()});
    }
    void add(const std::string& name, const std::string& statements) const {
        write_file(directory.path() / name, "sbx 1\nprofile test\nuse std/system\n" + statements);
    }
    [[nodiscard]] std::string artifact(const std::string& bundle, const std::string& name) const {
        return test::read_bytes(directory.path() / bundle / name);
    }
    ScratchDirectory directory;
};

TEST_F(Verbs, AGoodPolicyIsCheckedInSilence) {
    add("good.sbx", "");
    const Outcome got = run({"check", "good.sbx"});
    EXPECT_EQ(got.code, 0);
    EXPECT_EQ(got.out + got.err, "");
}

TEST_F(Verbs, DiagnosticsGoToStandardErrorWithASummary) {
    add("bad.sbx", "limits { file-size 10; processes many }\n");
    const Outcome got = run({"check", "bad.sbx"});
    EXPECT_EQ(got.code, 1);
    EXPECT_THAT(got.out, IsEmpty());
    EXPECT_THAT(got.err, StartsWith("error[SBX-R007]: `10` has no unit\n --> bad.sbx:4:20\n"));
    EXPECT_THAT(got.err, HasSubstr("\nerror[SBX-S010]: `many` is not a whole number"));
    EXPECT_THAT(got.err, ::testing::EndsWith("\n2 errors\n"));
}

TEST_F(Verbs, QuietLeavesErrorsAlone) {
    add("both.sbx", "filesystem { hide /srv/x; read /srv/* }\n");
    add("warned.sbx", "filesystem { hide /srv/x }\n");
    EXPECT_THAT(run({"check", "warned.sbx"}).err, HasSubstr("1 warning"));
    EXPECT_EQ(run({"check", "-q", "warned.sbx"}).err, "");
    const Outcome got = run({"check", "-q", "both.sbx"});
    EXPECT_EQ(got.code, 1);
    EXPECT_THAT(got.err, StartsWith("error[SBX-F008]"));
    EXPECT_THAT(got.err, Not(HasSubstr("1 error\n")));
}

TEST_F(Verbs, StandardInputIsAFileOfTheWorkingDirectory) {
    write_file(directory.path() / "part.sbx", "sbx 1\nfragment part\nlimits { processes 5 }\n");
    const std::string text = "sbx 1\nprofile piped\nuse std/system\nuse \"part.sbx\"\n";
    EXPECT_EQ(run({"check", "-"}, text).code, 0);
    EXPECT_THAT(run({"plan", "-"}, text).out, HasSubstr("nproc 5"));
    EXPECT_EQ(run({"-", "-o", "out"}, text).code, 0);
    EXPECT_TRUE(std::filesystem::exists(directory.path() / "out" / "launch"));
    EXPECT_THAT(run({"check", "-"}, "sbx 2\n").err, HasSubstr("--> <stdin>:1:5\n"));
    EXPECT_EQ(run({"check", "-"}, "").code, 1);
}

TEST_F(Verbs, SeveralFilesAreAllCheckedEvenIfOneCannotBeRead) {
    add("one.sbx", "limits { file-size 10 }\n");
    add("two.sbx", "limits { cpu-time 10 }\n");
    const Outcome got = run({"check", "one.sbx", "missing.sbx", "two.sbx"});
    EXPECT_EQ(got.code, 3);
    EXPECT_THAT(got.err, HasSubstr("--> one.sbx:4:20"));
    EXPECT_THAT(got.err, HasSubstr("--> two.sbx:4:19"));
    EXPECT_THAT(got.err, ::testing::EndsWith("\n2 errors\npolicyc: cannot open `missing.sbx`: No such file or directory\n"));
}

TEST_F(PolicycRun, ADirectoryForAFileIsAnsweredWithWhatTakesDirectories) {
    for (const char* verb : {"plan", "expand"}) {
        const Outcome got = run({verb, "."});
        EXPECT_EQ(got.code, 3);
        EXPECT_EQ(got.err,
                  "policyc: cannot read `.`: Is a directory\n"
                  "  help: name the policy's file; `policyc check` takes directories, `why`, `diff`, `doctor` and `verify` take "
                  "bundles\n");
    }
}

TEST_F(Verbs, AFragmentIsCheckedButNotCompiled) {
    write_file(directory.path() / "part.sbx", "sbx 1\nfragment part\nlimits { processes 5 }\n");
    EXPECT_EQ(run({"check", "part.sbx"}).code, 0);
    EXPECT_EQ(run({"check", "part.sbx"}).err, "");
    const Outcome got = run({"part.sbx", "-o", "out"});
    EXPECT_EQ(got.code, 1);
    EXPECT_THAT(got.err, StartsWith("error[SBX-S012]: fragments are used, not compiled\n --> part.sbx:2:1\n"));
    EXPECT_FALSE(std::filesystem::exists(directory.path() / "out"));
}

TEST_F(Verbs, JsonIsOneDocumentOnStandardOutput) {
    add("bad.sbx", "limits { file-size 10 }\nfilesystem { hide /srv/x }\n");
    add("good.sbx", "");
    const Outcome got = run({"check", "--format", "json", "bad.sbx", "good.sbx"});
    EXPECT_EQ(got.code, 1);
    EXPECT_EQ(got.err, "");
    EXPECT_EQ(got.out, run({"check", "--format=json", "bad.sbx", "good.sbx"}).out);
    const auto document = nlohmann::json::parse(got.out);
    EXPECT_EQ(document.at("format"), 1);
    EXPECT_EQ(document.at("errors"), 1);
    const auto& first = document.at("diagnostics").at(0);
    EXPECT_EQ(first.at("code"), "SBX-R007");
    EXPECT_EQ(first.at("severity"), "error");
    EXPECT_EQ(first.at("place").at("file"), "bad.sbx");
    EXPECT_EQ(first.at("place").at("line"), 4);
    EXPECT_EQ(first.at("fixes").at(0).at("replacement"), "10M");
    const Outcome clean = run({"check", "--format", "json", "good.sbx"});
    EXPECT_EQ(nlohmann::json::parse(clean.out).at("diagnostics").size(), 0U);
    // Where standard output is something else, diagnostics are on standard error.
    const Outcome plan = run({"plan", "--format", "json", "bad.sbx"});
    EXPECT_EQ(plan.out, "");
    EXPECT_EQ(nlohmann::json::parse(plan.err).at("errors"), 1);
}

TEST_F(Verbs, WhyNamesTheDecisionTheStatementAndTheWayItCameIn) {
    add("good.sbx", "param scratch: path under /var/tmp\nfilesystem { read /srv; hide /srv/keys/; write $scratch }\n");
    EXPECT_EQ(run({"why", "good.sbx", "read", "/srv/keys/a"}).out.substr(0, 27), "denied: read /srv/keys/a\n`h");
    EXPECT_THAT(run({"why", "good.sbx", "read", "/srv/keys/a"}).out, HasSubstr("good.sbx:5:30"));
    EXPECT_THAT(run({"why", "good.sbx", "write", "$scratch/x/"}).out, StartsWith("allowed: write $scratch/x/\n"));
    EXPECT_THAT(run({"why", "good.sbx", "write", "/var/tmp/x"}).out, StartsWith("depends on the launch: write /var/tmp/x\n"));
    EXPECT_THAT(run({"why", "good.sbx", "exec", "/bin/sh"}).out, HasSubstr("= this file is taken in at good.sbx:3:5"));
    EXPECT_THAT(run({"why", "good.sbx", "env", "HOME"}).out, StartsWith("allowed: env HOME\n"));
    EXPECT_THAT(run({"why", "good.sbx", "env", "LD_PRELOAD"}).out, StartsWith("denied: env LD_PRELOAD\n"));
    EXPECT_THAT(run({"why", "good.sbx", "connect", "udp", "[2001:db8::1]:53"}).out,
                StartsWith("denied: connect udp [2001:db8::1]:53\n"));
}

TEST_F(Verbs, WhyAnswersForLimitsAndNamesAndAdvisesOnlyWhatIsTheUsersToWrite) {
    add("good.sbx", "limits { open-files 64 }\nfilesystem { read /srv; hide /srv/keys/ }\n");
    const auto why = [&](std::vector<std::string> request) {
        request.insert(request.begin(), {"why", "good.sbx"});
        return run(request).out;
    };
    EXPECT_THAT(why({"limit", "open-files"}), StartsWith("64: limit open-files\n`open-files 64` is in force\n"));
    EXPECT_THAT(why({"limit", "open-files", "64"}), StartsWith("allowed: limit open-files 64\n"));
    EXPECT_THAT(why({"limit", "open-files", "65"}), HasSubstr("to change that: write `open-files 65`\n"));
    EXPECT_THAT(why({"limit", "stack"}), StartsWith("not set: limit stack\n"));
    EXPECT_THAT(why({"resolve", "example.org"}),
                HasSubstr("to change that: write `network { resolver ADDRESS; allow tcp to host \"example.org\" port 443 }`\n"));
    EXPECT_THAT(why({"read", "/srv/keys/a"}), HasSubstr("to change that: add `read /srv/keys/a`\n"));
    EXPECT_THAT(
        why({"write", "/etc/passwd"}),
        HasSubstr(
            "to change that in `good.sbx`: add `write SOURCE as /etc/passwd`, with a SOURCE of the host that is made for this\n"));
    EXPECT_THAT(why({"exec", "/bin/sh"}), HasSubstr("to change that in `good.sbx`: add `hide /usr/bin/sh`"));
    EXPECT_THAT(why({"env", "HOME"}), HasSubstr("no single statement changes that\n"));
    const Outcome bad = run({"why", "good.sbx", "limit", "open-files", "9 } network host"});
    EXPECT_EQ(bad.code, 2);
    EXPECT_THAT(bad.err, HasSubstr("is no value of `open-files`: it is not one word"));
    EXPECT_THAT(run({"why", "good.sbx", "limit", "open-files", "many"}).err, HasSubstr("is no value of `open-files`"));
    EXPECT_EQ(run({"why", "good.sbx", "limit", "open-filez"}).code, 2);
}

TEST_F(Verbs, WhyAnswersThoughATestFails) {
    add("good.sbx", "test \"it\" { allowed read /srv/a }\n");
    const Outcome got = run({"why", "good.sbx", "read", "/srv/a"});
    EXPECT_EQ(got.code, 0);
    EXPECT_THAT(got.out, StartsWith("denied: read /srv/a\n"));
    EXPECT_EQ(got.err, "policyc: an expectation of this policy's tests does not hold: see `policyc test good.sbx`\n");
    add("bad.sbx", "limits { open-files 2 }\ntest \"it\" { allowed read /srv/a }\n");
    EXPECT_EQ(run({"why", "bad.sbx", "read", "/srv/a"}).code, 1);
}

TEST_F(Verbs, PlanShowsTheOriginOfEachStepThatAStatementAskedFor) {
    add("good.sbx", "filesystem { read /srv }\nlimits { open-files 99 }\n");
    const Outcome got = run({"plan", "good.sbx"});
    EXPECT_THAT(got.out, ::testing::MatchesRegex("[0-9]+ mounts? .*"));
    EXPECT_THAT(got.out, ::testing::ContainsRegex("ro-bind /srv +# good.sbx:4\n"));
    EXPECT_THAT(got.out, ::testing::ContainsRegex("nofile 99 +# good.sbx:5\n"));
    EXPECT_THAT(got.out, ::testing::ContainsRegex("ro-bind /usr +# std/system:[0-9]+\n"));
}

/// Policies with everything that a policy of this release can say.
std::vector<std::string> round_trip_policies() {
    return {
        "",
        R"(description "with \"quotes\", \x24{braces} and \u{e9}"
)",
        R"(param scratch: path under /var/tmp = "/var/tmp/a b"
param n: count 1-64 = 4
param who: string of "a-z-" 1-9
filesystem {
    write $scratch
    dir $scratch/made { mode 700 }
    workdir $scratch
    read "/srv/a b" /srv/c?
    read /srv/c as /opt/c
    hide /usr/local/ /usr/share/x
    tmpfs /work { size 12345K; mode 1777 }
    file /etc/who "${who} ${uid}\x24{x}\t\\\n"
    device /dev/fuse?
    socket /run/x.sock?
}
limits { processes $n }
)",
        R"(network host
limits { cpu-time 90s; core unlimited; stack 8M; data 1_024M; file-size 3M; locked-memory 0 }
)",
        R"(environment { keep LANG LC_* PATH; set A = "x${uid}"; accept B_* C }
)",
        R"(process {
    run-as 65532:65533
    hostname build-1
    command only /usr/bin/env "-i" "a b"
    pass-descriptor 3 7
    controlling-terminal keep
    nested-namespaces allow
    survive-parent
    share ipc uts
    groups none
}
)",
        R"(network { allow tcp to @public 10.0.0.0/8 port 443; allow udp to @documentation port 53 8000-8999; allow any to @private
    deny any to @multicast 192.0.2.0/24 }
)",
        R"(network { allow any to @any; deny tcp to @public port 25 }
)",
        R"(let dirs = [/srv/a /srv/b]
filesystem { read $dirs }
target bwrap bind-fd disable-userns
test "claim" { allowed read /srv/a/x; denied write /srv/a; never write /usr; hides LD_PRELOAD }
)",
    };
}

TEST_F(Verbs, WhatExpandPrintsCompilesToTheSamePolicyAndExpandsToItself) {
    for (const std::string& statements : round_trip_policies()) {
        add("policy.sbx", statements);
        const Outcome expanded = run({"expand", "policy.sbx"});
        ASSERT_EQ(expanded.code, 0) << statements << expanded.err;
        ASSERT_EQ(run({"policy.sbx", "-o", "before"}).code, 0) << statements;
        const Outcome compiled = run({"-", "-o", "after"}, expanded.out);
        ASSERT_EQ(compiled.code, 0) << compiled.err << expanded.out;
        EXPECT_EQ(artifact("before", "policy.json"), artifact("after", "policy.json")) << statements << expanded.out;
        EXPECT_NE(artifact("before", "policy.json"), "");
        const Outcome again = run({"expand", "-"}, expanded.out);
        const auto without_comments = [](const std::string& text) {
            std::string kept;
            for (std::size_t at = 0; at < text.size();) {
                const std::size_t end = text.find('\n', at);
                const std::string line = text.substr(at, end - at);
                kept += line.substr(0, line.find_last_not_of(' ', line.rfind("  # ")) + 1) + "\n";
                at = end + 1;
            }
            return kept;
        };
        EXPECT_EQ(without_comments(again.out), without_comments(expanded.out));
    }
}

TEST_F(Verbs, TheExpandedExamplesMeanWhatTheExamplesMean) {
    const std::filesystem::path examples = SBX_SOURCE_DIR "/examples";
    std::size_t tried = 0;
    for (const auto& entry : std::filesystem::directory_iterator(examples)) {
        const std::string profile = (entry.path() / "profile.sbx").string();
        if (!std::filesystem::exists(profile)) {
            continue;
        }
        ++tried;
        const Outcome expanded = run({"expand", profile});
        ASSERT_EQ(run({profile, "-o", "before"}).code, 0) << profile;
        ASSERT_EQ(run({"-", "-o", "after"}, expanded.out).code, 0) << profile;
        EXPECT_EQ(artifact("before", "policy.json"), artifact("after", "policy.json")) << profile;
    }
    EXPECT_GE(tried, 3U);
}

TEST_F(Verbs, DefinitionsAndDirectoriesReachEveryVerb) {
    write_file(directory.path() / "shared/part.sbx", "sbx 1\nfragment part\nlet size = 5M\nlimits { file-size $size }\n");
    std::filesystem::create_directories(directory.path() / "team");
    add("team/policy.sbx", "use \"part.sbx\"\n");
    EXPECT_EQ(run({"check", "team/policy.sbx"}).code, 1);
    for (const std::string verb : {"check", "plan", "expand"}) {
        const Outcome got = run({verb, "team/policy.sbx", "-I", "shared", "-D", "size=7M"});
        EXPECT_EQ(got.code, 0) << got.err;
        EXPECT_THAT(got.out, verb == "check"  ? HasSubstr("")
                             : verb == "plan" ? HasSubstr("fsize 7340032")
                                              : HasSubstr("file-size 7M"));
    }
}

}  // namespace
}  // namespace sbx::cli
