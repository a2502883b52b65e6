// What a shell needs to know to complete a command line of policyc or sbx-run, from the tables that `--help` is printed from, and
// the scripts that say it in the language of each shell.
#pragma once

#include "compiler/cli/options.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sbx::cli {

struct CompletedOption {
    std::string short_name, long_name;  ///< `-o`, `--output`; one may be empty
    std::string argument;               ///< `DIR`; empty if it takes no value
    std::string summary;
    WordKind value = WordKind::none;
    std::vector<std::string> choices;  ///< of WordKind::choice
    bool repeats = false;

    [[nodiscard]] bool takes_value() const { return !argument.empty(); }
};
struct CompletedCommand {
    std::string name;
    std::string summary;
    std::vector<CompletedOption> options;
    std::vector<WordKind> words;  ///< the last one stands for all that follow, if `endless`
    bool endless = false;
};
struct CompletedProgram {
    std::string name;
    /// The first is meant where none is named. A program without commands has one, whose name is empty.
    std::vector<CompletedCommand> commands;
    bool runs_command = false;  ///< what follows `--` is a command line of its own

    [[nodiscard]] bool has_verbs() const { return !commands.front().name.empty(); }
};

/// The names of the programs, `policyc` first.
[[nodiscard]] const std::vector<std::string_view>& completed_programs();
/// `name` is one of them.
[[nodiscard]] CompletedProgram completed_program(std::string_view name);
/// The names of the shells.
[[nodiscard]] const std::vector<std::string_view>& completed_shells();

/// All that a kind can be, sorted, each once; empty for kinds that are looked up on the disk, or are free.
[[nodiscard]] std::vector<std::string> words_of_kind(WordKind kind);

/// The script of one program, to be sourced, or found by bash-completion.
[[nodiscard]] std::string bash_completion(const CompletedProgram& program);
/// To be a file `_PROGRAM` in a directory of `$fpath`.
[[nodiscard]] std::string zsh_completion(const CompletedProgram& program);
/// To be a file `PROGRAM.fish` in a directory of `$fish_complete_path`.
[[nodiscard]] std::string fish_completion(const CompletedProgram& program);

}  // namespace sbx::cli
