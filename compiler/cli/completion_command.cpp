// `policyc completion SHELL [PROGRAM]`: the script that has a shell complete command lines.
#include "compiler/cli/commands.hpp"
#include "compiler/cli/completion.hpp"
#include "compiler/cli/display_text.hpp"
#include "compiler/cli/streams.hpp"
#include "grammar/diagnostic.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace sbx::cli {
namespace {

/// nullopt if `word` is one of `known`.
std::optional<UsageError> unknown_word(const std::string& word, std::string_view what, const std::vector<std::string_view>& known) {
    if (std::find(known.begin(), known.end(), word) != known.end()) {
        return std::nullopt;
    }
    const auto similar = nearest(word, known);
    return UsageError{
        fmt::format("there is no completion for the {} `{}`", what, displayed(word)),
        similar ? fmt::format("did you mean `{}`?", *similar) : fmt::format("there is one for {}", fmt::join(known, ", "))};
}

}  // namespace

ExitCode completion_command(const Options& options) {
    const std::string& shell = options.words.front();
    if (auto error = unknown_word(shell, "shell", completed_shells())) {
        return refuse_usage(*error);
    }
    const std::string name = options.words.size() > 1 ? options.words[1] : std::string(completed_programs().front());
    if (auto error = unknown_word(name, "program", completed_programs())) {
        return refuse_usage(*error);
    }
    const CompletedProgram program = completed_program(name);
    print_out(shell == "bash" ? bash_completion(program) : shell == "zsh" ? zsh_completion(program) : fish_completion(program));
    return ExitCode::done;
}

}  // namespace sbx::cli
