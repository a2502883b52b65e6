// What policyc says to people: usage errors word by word, help, the manual page, exit codes.
#include "compiler/cli/options.hpp"
#include "tests/unit/cli/command_line_fixture.hpp"

#include <cstdlib>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sbx::cli {
namespace {

using test::Outcome;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

struct UsageRow {
    std::vector<std::string> arguments;
    std::string text;
};

TEST_F(PolicycRun, MistakesAreUsageErrorsThatSayWhatToType) {
    const std::vector<UsageRow> rows = {
        {{}, "policyc: nothing to do\n  help: usage: policyc FILE -o DIR; `policyc --help` shows more\n"},
        {{"chekc", "good.sbx"}, "policyc: `chekc` is neither a command nor a file\n  help: did you mean `policyc check`?\n"},
        {{"frobnicate"}, "policyc: `frobnicate` is neither a command nor a file\n  help: `policyc help` lists the commands\n"},
        {{"good.sbx"},
         "policyc: `policyc build` needs `-o DIR`, the bundle to write\n  help: `policyc check FILE` reads a policy and writes "
         "nothing\n"},
        {{"-o", "out"},
         "policyc: `policyc build` needs one file\n  help: usage: policyc [build] FILE -o DIR [--with-runtime] [-D NAME=VALUE]… "
         "[-I DIR]…\n"},
        {{"good.sbx", "bad.sbx", "-o", "out"},
         "policyc: `policyc build` does not know what to do with `bad.sbx`\n"
         "  help: usage: policyc [build] FILE -o DIR [--with-runtime] [-D NAME=VALUE]… [-I DIR]…\n"},
        {{"check"},
         "policyc: `policyc check` needs a file\n  help: usage: policyc check FILE|DIR… [--fail-level LEVEL] "
         "[--format FORM[=FILE]]…\n"},
        {{"check", "-", "-"}, "policyc: `-` is given twice: standard input can be read once\n"},
        {{"why", "good.sbx"},
         "policyc: `policyc why` needs a file and a request\n  help: usage: policyc why FILE "
         "read|write|exec|connect|resolve|env|limit|syscall …\n"},
        {{"why", "good.sbx", "raed", "/etc"},
         "policyc: `why` knows read, write, exec, connect, resolve, env, limit and syscall, not `raed`\n  help: did you mean "
         "`read`?\n"},
        {{"why", "good.sbx", "read", "etc"},
         "policyc: `etc` is no path that a policy can mean: it does not begin with `/`\n"
         "  help: a path begins with `/`, as seen inside the sandbox\n"},
        {{"why", "good.sbx", "read", "$scratch/x"},
         "policyc: the policy has no `param scratch`\n"
         "  help: a path begins with `/`, or with a parameter of the policy: `'$scratch/out'`\n"},
        {{"why", "good.sbx", "connect", "example.org:443"},
         "policyc: `example.org:443` is not an address and a port\n"
         "  help: write `10.20.3.4:443` or `[2001:db8::1]:443`; names are not looked up\n"},
        {{"explain", "F0003"},
         "policyc: there is nothing to explain about `F0003`: it is no code, no address set, no group of system calls and no word "
         "of the language\n"},
        {{"explain", "tmpsf"},
         "policyc: there is nothing to explain about `tmpsf`: it is no code, no address set, no group of system calls and no word "
         "of the language\n"
         "  help: did you mean `tmpfs`?\n"},
        {{"explain", "std/system"}, "policyc: `std/system` is a standard fragment\n  help: `policyc std system` prints it\n"},
        {{"std", "sytem"}, "policyc: there is no standard fragment `std/sytem`\n  help: did you mean `std/system`?\n"},
        {{"schema", "polcy"}, "policyc: there is no schema `polcy`\n  help: did you mean `policy`?\n"},
        {{"diff", "good.sbx"},
         "policyc: `policyc diff` needs NEW, too: what is `good.sbx` compared with?\n"
         "  help: `policyc diff good.sbx NEW`; or, with what git has, `git show HEAD:good.sbx | policyc diff - good.sbx`\n"},
        {{"help", "chekc"}, "policyc: there is no command `chekc`\n  help: did you mean `policyc help check`?\n"},
        {{"check", "good.sbx", "--frmat", "json"},
         "policyc: `policyc check` has no option `--frmat`\n  help: did you mean `--format`?\n"},
        {{"plan", "good.sbx", "-o", "out"},
         "policyc: `policyc plan` has no option `-o`\n  help: `-o` is an option of `policyc build`\n"},
        {{"check", "good.sbx", "--format", "xml"},
         "policyc: `--format` is given `xml`; it takes text, json, sarif, github, junit, gcc\n"},
        {{"check", "good.sbx", "--color=alwys"},
         "policyc: `--color` is given `alwys`; it takes auto, always, never\n  help: did you mean `always`?\n"},
        {{"good.sbx", "-o", "a", "-o", "b"}, "policyc: `--output` is given 2 times\n  help: give it once\n"},
        {{"good.sbx", "-o", ""}, "policyc: `--output` is given an empty value\n"},
        {{"check", "good.sbx", "-D", "x"},
         "policyc: `-D` is given `x`, which is not NAME=VALUE\n"
         "  help: for example `-D mirror=10.20.0.0/16`; a text goes in its quotes: `-D 'who=\"me\"'`\n"},
        {{"check", "good.sbx", "-D", "x=1", "-D", "x=2"}, "policyc: `-D` defines `x` twice\n  help: define it once\n"},
    };
    for (const UsageRow& row : rows) {
        const Outcome got = run(row.arguments);
        const std::string shown = ::testing::PrintToString(row.arguments);
        EXPECT_EQ(got.code, 2) << shown;
        EXPECT_EQ(got.err, row.text) << shown;
        EXPECT_THAT(got.out, IsEmpty()) << shown;
    }
    EXPECT_FALSE(std::filesystem::exists(directory.path() / "out"));
}

TEST_F(PolicycRun, AnOptionWithoutItsValueIsAUsageError) {
    for (const std::string option : {"-o", "-D", "-I", "--format", "--color"}) {
        const Outcome got = run({"good.sbx", option});
        EXPECT_EQ(got.code, 2) << option;
        EXPECT_THAT(got.err, HasSubstr("`policyc help build` says what it takes")) << option;
    }
}

struct ExitRow {
    std::vector<std::string> arguments;
    int code;
};

TEST_F(PolicycRun, EveryVerbEndsWithTheDocumentedCode) {
    const std::vector<ExitRow> rows = {
        {{"good.sbx", "-o", "a"}, 0},
        {{"build", "good.sbx", "-o", "a"}, 0},
        {{"finding.sbx", "-o", "b"}, 0},
        {{"bad.sbx", "-o", "c"}, 1},
        {{"missing.sbx", "-o", "d"}, 3},
        {{"good.sbx", "-o", "missing/d"}, 3},
        {{"good.sbx", "-o", "good.sbx"}, 3},
        {{"check", "good.sbx"}, 0},
        {{"check", "finding.sbx"}, 0},
        {{"check", "good.sbx", "bad.sbx"}, 1},
        {{"check", "missing.sbx"}, 3},
        {{"check", "."}, 1},
        {{"config"}, 0},
        {{"config", "missing/x.sbx"}, 3},
        {{"plan", "good.sbx"}, 0},
        {{"plan", "bad.sbx"}, 1},
        {{"plan", "missing.sbx"}, 3},
        {{"expand", "good.sbx"}, 0},
        {{"expand", "bad.sbx"}, 1},
        {{"expand", "missing.sbx"}, 3},
        {{"why", "good.sbx", "read", "/etc/passwd"}, 0},
        {{"why", "good.sbx", "write", "/etc/passwd"}, 0},
        {{"why", "bad.sbx", "write", "/etc/passwd"}, 1},
        {{"why", "missing.sbx", "write", "/etc/passwd"}, 3},
        {{"diff", "good.sbx", "good.sbx"}, 0},
        {{"diff", "good.sbx", "bad.sbx"}, 1},
        {{"diff", "good.sbx", "missing.sbx"}, 3},
        {{"diff", "good.sbx", "."}, 3},
        {{"diff", "good.sbx"}, 2},
        {{"diff", "-", "-"}, 2},
        {{"diff", "--fail-on", "narrower", "good.sbx", "good.sbx"}, 2},
        {{"diff", "--fail-on", "different", "good.sbx", "good.sbx"}, 0},
        {{"diff", "--fail-on", "different", "good.sbx", "finding.sbx"}, 4},
        {{"explain", "SBX-F003"}, 0},
        {{"explain", "f003"}, 0},
        {{"explain", "hide-without-effect"}, 0},
        {{"explain", "@private"}, 0},
        {{"explain", "tmpfs"}, 0},
        {{"std"}, 0},
        {{"std", "system"}, 0},
        {{"std", "std/system"}, 0},
        {{"schema"}, 0},
        {{"schema", "policy"}, 0},
        {{"schema", "manifest.json"}, 0},
        {{"schema", "doctor"}, 0},
        {{"doctor", "bad.sbx"}, 1},
        {{"doctor", "missing.sbx"}, 3},
        {{"doctor", "good.sbx", "bad.sbx"}, 2},
        {{"help"}, 0},
        {{"help", "--man"}, 0},
        {{"help", "--man", "sbx-run"}, 0},
        {{"help", "--man", "launch"}, 2},
        {{"completion", "bash"}, 0},
        {{"completion", "zsh", "sbx-run"}, 0},
        {{"completion", "tcsh"}, 2},
        {{"good.sbx", "-o", "e", "--depfile", "e.d"}, 0},
        {{"good.sbx", "-o", "e", "--depfile", "missing/e.d"}, 3},
        {{"good.sbx", "-o", "e", "--depfile", "e/e.d"}, 3},
        {{"--help"}, 0},
        {{"-h"}, 0},
        {{"--version"}, 0},
        {{"-V"}, 0},
        {{"version"}, 0},
    };
    for (const ExitRow& row : rows) {
        EXPECT_EQ(run(row.arguments).code, row.code) << ::testing::PrintToString(row.arguments);
    }
}

TEST_F(PolicycRun, EveryExitCodeIsInTheHelpAndInTheManualPage) {
    const std::string help = run({"--help"}).out;
    const std::string manual = run({"help", "--man"}).out;
    for (const ExitCodeRow& row : exit_codes) {
        const std::string number = std::to_string(static_cast<int>(row.code));
        EXPECT_THAT(help, HasSubstr("\n  " + number + std::string(4 - number.size(), ' ') + std::string(row.meaning) + "\n"));
        std::string meaning(row.meaning);
        for (std::size_t at = meaning.find('-'); at != std::string::npos; at = meaning.find('-', at + 2)) {
            meaning.insert(at, "\\");
        }
        EXPECT_THAT(manual, HasSubstr("\\fB" + number + "\\fR\n" + meaning));
    }
}

TEST_F(PolicycRun, HelpCoversEveryCommandWithExamplesWithinAnOrdinaryTerminal) {
    const std::string overview = run({"--help"}).out;
    for (const Verb& verb : verbs()) {
        EXPECT_THAT(overview, HasSubstr("\n  " + std::string(verb.name) + " "));
        const Outcome page = run({"help", std::string(verb.name)});
        EXPECT_EQ(page.code, 0);
        EXPECT_THAT(page.out, HasSubstr("Examples:\n    policyc "));
        EXPECT_EQ(run({std::string(verb.name), "--help"}).out, page.out);
        for (const std::string& text : {overview, page.out}) {
            std::size_t columns = 0;
            for (const char byte : text) {
                columns = byte == '\n' ? 0 : columns + ((static_cast<unsigned char>(byte) & 0xC0U) != 0x80U ? 1U : 0U);
                ASSERT_LE(columns, 84U) << verb.name;
            }
        }
    }
}

TEST_F(PolicycRun, TheFirstExampleOfTheHelpCompilesAsItStands) {
    const std::string overview = run({"--help"}).out;
    const std::size_t begin = overview.find("    sbx 1\n");
    const std::size_t end = overview.find("\n\n", begin);
    ASSERT_NE(begin, std::string::npos);
    const Outcome got = run({"check", "-"}, overview.substr(begin, end - begin) + "\n");
    EXPECT_EQ(got.code, 0);
    EXPECT_THAT(got.err, IsEmpty());
}

TEST_F(PolicycRun, TheManualPageHasNoWarningOfTheFormatter) {
    if (std::system("command -v groff >/dev/null 2>&1") != 0) {
        GTEST_SKIP() << "groff is not installed";
    }
    for (const std::string name : {"policyc", "sbx-run", "sbx"}) {
        const std::string page = (directory.path() / (name + ".man")).string();
        write_file(page, run({"help", "--man", name}).out);
        const std::string warnings = (directory.path() / "warnings").string();
        ASSERT_EQ(test::run(fmt::format("groff -man -ww -Kutf8 -Tutf8 -z {} 2> {}", page, warnings)), 0) << page;
        EXPECT_EQ(test::read_bytes(warnings), "") << page;
    }
}

TEST_F(PolicycRun, WordsBehindTwoDashesAreFiles) {
    write_file(directory.path() / "--help", good_policy);
    EXPECT_EQ(run({"check", "--", "--help"}).code, 0);
    EXPECT_EQ(run({"check", "--", "--missing"}).code, 3);
}

TEST_F(PolicycRun, ExplainOfABlockListsWhatStandsInIt) {
    const std::string limits = run({"explain", "limits"}).out;
    EXPECT_THAT(limits, StartsWith("limits { … }\n  what the sandbox may use up\n"));
    EXPECT_THAT(limits, HasSubstr("\n  open-files 1024\n      descriptors of each process\n"));
    EXPECT_THAT(limits, Not(HasSubstr("run-as")));
    EXPECT_THAT(run({"explain", "tmpfs"}).out, Not(HasSubstr("In it stand")));
}

TEST_F(PolicycRun, StdPrintsWhatUseTakesIn) {
    const Outcome list = run({"std"});
    EXPECT_THAT(list.out, StartsWith("std/"));
    const Outcome fragment = run({"std", "system"});
    EXPECT_EQ(fragment.out, test::read_bytes(SBX_SOURCE_DIR "/compiler/standard/system.sbx"));
    EXPECT_THAT(list.out, HasSubstr("std/system "));
    EXPECT_THAT(list.out, Not(HasSubstr("\"")));
}

}  // namespace
}  // namespace sbx::cli
