// `policyc completion`: each script in its own shell, at a terminal.
#include "compiler/cli/completion.hpp"

#include "tests/pipelines/shell.hpp"
#include "tests/pipelines/terminal_shell.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <set>
#include <sstream>

namespace sbx::pipelines {
namespace {

using cli::CompletedCommand;
using cli::CompletedOption;
using cli::WordKind;
using ::testing::HasSubstr;

class Completion : public PipelineTest {
protected:
    Completion() {
        write("worker.sbx", "");
        write("with blank.sbx", "");
        write("worker.txt", "");
        write("policies/inner.sbx", "");
        write("policies/inner.txt", "");
        fs::create_directory(path("bundle"));
        fs::create_directory(path("scripts"));
        for (const std::string program : {"policyc", "sbx-run"}) {
            for (const auto& [shell_name, file] : {std::pair<std::string, std::string>{"bash", program + ".bash"},
                                                   {"zsh", "_" + program},
                                                   {"fish", program + ".fish"}}) {
                EXPECT_EQ(run(shell_word(SBX_POLICYC) + " completion " + shell_name + " " + program + " > scripts/" + file).status,
                          0);
            }
        }
    }
};

/// Lines as they are typed, and what each becomes.
struct Typed {
    std::string line;
    std::string completed;
    std::string in_zsh{};  ///< where it differs
};

/// What there is one way to go on with, from the tables: each command, each option of each, each value that an option lists.
std::vector<Typed> unambiguous_lines() {
    std::vector<Typed> rows;
    for (const std::string_view name : cli::completed_programs()) {
        const cli::CompletedProgram program = cli::completed_program(name);
        for (const CompletedCommand& command : program.commands) {
            const std::string start = program.name + (command.name.empty() ? "" : " " + command.name);
            if (!command.name.empty()) {
                // `explain` is reached from `expla`, since `exp` may be `expand`; a command's own name is typed to its last letter.
                rows.push_back({start.substr(0, start.size() - 1), start});
            }
            for (const CompletedOption& option : command.options) {
                rows.push_back({start + " " + option.long_name.substr(0, option.long_name.size() - 1),
                                start + " " + option.long_name,
                                start + " " + option.long_name + (option.takes_value() ? "=" : "")});
                for (const std::string& choice : option.choices) {
                    for (const char between : {' ', '='}) {
                        const std::string before = start + " " + option.long_name + between;
                        rows.push_back({before + choice.substr(0, choice.size() - 1), before + choice});
                    }
                }
            }
        }
    }
    const std::vector<Typed> others = {
        {"policyc wor", "policyc worker.sbx"},
        {"policyc wi", "policyc with\\ blank.sbx"},
        {"policyc check pol", "policyc check policies/"},
        {"policyc check policies/", "policyc check policies/inner.sbx"},
        {"policyc check worker.sbx policies/in", "policyc check worker.sbx policies/inner.sbx"},
        {"policyc -q --color never chec", "policyc -q --color never check"},
        {"policyc worker.sbx -o bun", "policyc worker.sbx -o bundle/"},
        {"policyc worker.sbx --output=bun", "policyc worker.sbx --output=bundle/"},
        {"policyc worker.sbx --depfile worker.t", "policyc worker.sbx --depfile worker.txt"},
        {"policyc why worker.sbx reso", "policyc why worker.sbx resolve"},
        {"policyc why bun", "policyc why bundle/"},
        {"policyc verify bun", "policyc verify bundle/"},
        {"policyc explain @priv", "policyc explain @private"},
        {"policyc explain hide-without-eff", "policyc explain hide-without-effect"},
        {"policyc check --select SBX-F003,hide-without-eff", "policyc check --select SBX-F003,hide-without-effect"},
        {"policyc std sys", "policyc std system"},
        {"policyc schema launch", "policyc schema launch-report"},
        {"policyc help compl", "policyc help completion"},
        {"policyc completion fish sbx", "policyc completion fish sbx-run"},
        {"sbx-run bun", "sbx-run bundle/"},
        {"sbx-run bundle --report worker.t", "sbx-run bundle --report worker.txt"},
        {"sbx-run bundle -- unshar", "sbx-run bundle -- unshare"},
        {"sbx-run bundle -- cat worker.t", "sbx-run bundle -- cat worker.txt"},
    };
    rows.insert(rows.end(), others.begin(), others.end());
    return rows;
}

void expect_completed(TerminalShell& terminal, bool is_zsh) {
    for (const Typed& row : unambiguous_lines()) {
        std::string expected = is_zsh && !row.in_zsh.empty() ? row.in_zsh : row.completed;
        std::string got = terminal.completed(row.line);
        // zsh takes the slash and the `=` that it has added back when a blank or the end of the line follows.
        if (is_zsh && !expected.empty() && (expected.back() == '/' || expected.back() == '=')) {
            expected.pop_back();
            if (!got.empty() && (got.back() == '/' || got.back() == '=')) {
                got.pop_back();
            }
        }
        EXPECT_EQ(got, expected) << row.line;
    }
}

TEST_F(Completion, InBash) {
    if (!has_program("bash")) {
        GTEST_SKIP() << "bash is not installed";
    }
    TerminalShell terminal({"bash", "--norc", "--noprofile", "-i"}, path("."),
                           ". scripts/policyc.bash; . scripts/sbx-run.bash; bind 'set bell-style none'");
    expect_completed(terminal, false);
}

TEST_F(Completion, InZsh) {
    if (!has_program("zsh")) {
        GTEST_SKIP() << "zsh is not installed";
    }
    TerminalShell terminal(
        {"zsh", "-f", "-i"}, path("."),
        "fpath=($PWD/scripts $fpath); autoload -Uz compinit; compinit -u -D; unsetopt beep automenu; bindkey -e");
    expect_completed(terminal, true);
}

TEST_F(Completion, InFish) {
    if (!has_program("fish")) {
        GTEST_SKIP() << "fish is not installed";
    }
    std::string asked;
    const std::vector<Typed> rows = unambiguous_lines();
    for (const Typed& row : rows) {
        asked += "echo \"== \"\ncomplete -C " + shell_word(row.line) + "\n";
    }
    write("ask.fish", "source scripts/policyc.fish\nsource scripts/sbx-run.fish\n" + asked);
    const Ran ran = run("fish --no-config ask.fish");
    ASSERT_EQ(ran.status, 0) << ran.out;
    std::size_t at = 0;
    for (const Typed& row : rows) {
        // `complete -C` prints words, each perhaps with a tab and what it is; the last one of the line is asked about.
        at = ran.out.find("== \n", at) + 4;
        const std::string answers = "\n" + ran.out.substr(at, ran.out.find("== \n", at) - at);
        std::string wanted = row.completed.substr(row.line.find_last_of(' ') + 1);
        wanted.erase(std::remove(wanted.begin(), wanted.end(), '\\'), wanted.end());
        const bool found =
            answers.find("\n" + wanted + "\n") != std::string::npos || answers.find("\n" + wanted + "\t") != std::string::npos;
        EXPECT_TRUE(found) << row.line << ": `" << wanted << "` is not in" << answers;
    }
}

/// The candidates that the script for bash has for a line that ends with a blank.
std::set<std::string> bash_candidates(const fs::path& directory, const std::string& line) {
    std::istringstream words(line);
    std::string list;
    std::size_t count = 0;
    for (std::string word; words >> word; ++count) {
        list += shell_word(word) + " ";
    }
    const std::string function = line.rfind("sbx-run", 0) == 0 ? "_sbx_run" : "_policyc";
    write_file(directory / "ask.bash", ". scripts/policyc.bash; . scripts/sbx-run.bash\nCOMP_LINE=" + shell_word(line) +
                                           " COMP_POINT=${#COMP_LINE} COMP_WORDS=(" + list +
                                           "'') COMP_CWORD=" + std::to_string(count) + "\n" + function +
                                           " x '' y\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n");
    std::istringstream out(shell("bash --norc ask.bash", directory).out);
    std::set<std::string> all;
    for (std::string candidate; std::getline(out, candidate);) {
        all.insert(candidate);
    }
    return all;
}

TEST_F(Completion, OffersEveryCommandAndTheFilesThatCanBeMeant) {
    if (!has_program("bash")) {
        GTEST_SKIP() << "bash is not installed";
    }
    std::set<std::string> expected = {"worker.sbx", "with blank.sbx", "policies", "bundle", "scripts"};
    for (const cli::Verb& verb : cli::verbs()) {
        expected.insert(std::string(verb.name));
    }
    EXPECT_EQ(bash_candidates(path("."), "policyc "), expected);
    EXPECT_EQ(bash_candidates(path("."), "policyc diff --fail-on "), (std::set<std::string>{"wider", "different"}));
    const std::set<std::string> codes = bash_candidates(path("."), "policyc check --ignore ");
    EXPECT_EQ(codes.size(), 2 * diagnostic_count());
}

TEST_F(Completion, SaysWhichShellsThereAre) {
    const Ran unknown = run(shell_word(SBX_POLICYC) + " completion fisch");
    EXPECT_EQ(unknown.status, 2);
    EXPECT_EQ(unknown.out, "policyc: there is no completion for the shell `fisch`\n  help: did you mean `fish`?\n");
    EXPECT_EQ(run(shell_word(SBX_POLICYC) + " completion bash launch").out,
              "policyc: there is no completion for the program `launch`\n  help: there is one for policyc, sbx-run\n");
    EXPECT_EQ(run(shell_word(SBX_POLICYC) + " completion").status, 2);
}

TEST_F(Completion, OfBashHasNoFindingOfShellcheck) {
    if (!has_program("shellcheck")) {
        GTEST_SKIP() << "shellcheck is not installed";
    }
    const Ran checked = run("shellcheck -s bash scripts/*.bash");
    EXPECT_EQ(checked.status, 0) << checked.out;
}

}  // namespace
}  // namespace sbx::pipelines
