// From the tables to what can be completed; see the header.
#include "compiler/cli/completion.hpp"

#include "compiler/cli/explained_words.hpp"
#include "compiler/cli/request_words.hpp"
#include "compiler/cli/runtime_options.hpp"
#include "compiler/cli/schemas.hpp"
#include "compiler/policy/standard_fragments.hpp"

#include <set>

namespace sbx::cli {
namespace {

std::vector<std::string> split_choices(std::string_view text) {
    std::vector<std::string> all;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find('|', at), text.size());
        all.emplace_back(text.substr(at, end - at));
        at = end + 1;
    }
    return all;
}

CompletedOption completed_option(const OptionRow& row) {
    CompletedOption option;
    const std::size_t comma = row.flags.find(',');
    option.long_name = row.flags.substr(comma == std::string_view::npos ? 0 : comma + 1);
    option.short_name = comma == std::string_view::npos ? "" : row.flags.substr(0, comma);
    option.argument = row.argument;
    option.summary = row.summary;
    option.value = row.value;
    if (row.value == WordKind::choice) {
        option.choices = split_choices(row.choices.empty() ? row.argument : row.choices);
    }
    option.repeats = row.repeats;
    return option;
}

CompletedProgram completed_policyc() {
    CompletedProgram program;
    program.name = "policyc";
    for (const Verb& verb : verbs()) {
        CompletedCommand command;
        command.name = verb.name;
        command.summary = verb.summary;
        for (const OptionId id : verb.options) {
            command.options.push_back(completed_option(option_row(id)));
        }
        command.words = verb.takes;
        command.endless = verb.words.most > verb.takes.size();
        program.commands.push_back(std::move(command));
    }
    return program;
}

CompletedProgram completed_sbx_run() {
    CompletedCommand command;
    for (const RuntimeOption& row : runtime_options()) {
        CompletedOption option;
        option.long_name = row.long_name;
        option.short_name = row.short_name;
        option.argument = row.argument;
        option.summary = row.help.substr(0, row.help.find('\n'));
        option.value = row.argument == "FILE" ? WordKind::file : WordKind::none;
        option.repeats = row.repeats;
        command.options.push_back(std::move(option));
    }
    command.words = {WordKind::directory};
    CompletedProgram program;
    program.name = "sbx-run";
    program.commands.push_back(std::move(command));
    program.runs_command = true;
    return program;
}

template <class Words>
std::vector<std::string> sorted(const Words& words) {
    const std::set<std::string> once(words.begin(), words.end());
    return {once.begin(), once.end()};
}

}  // namespace

const std::vector<std::string_view>& completed_programs() {
    static const std::vector<std::string_view> all = {"policyc", "sbx-run"};
    return all;
}

CompletedProgram completed_program(std::string_view name) {
    return name == "sbx-run" ? completed_sbx_run() : completed_policyc();
}

const std::vector<std::string_view>& completed_shells() {
    static const std::vector<std::string_view> all = {"bash", "zsh", "fish"};
    return all;
}

std::vector<std::string> words_of_kind(WordKind kind) {
    std::vector<std::string_view> words;
    switch (kind) {
        case WordKind::none:
        case WordKind::choice:
        case WordKind::directory:
        case WordKind::file:
        case WordKind::policy:
        case WordKind::policy_or_bundle:
            break;
        case WordKind::findings:
            words = diagnostic_words();
            break;
        case WordKind::explained:
            words = explained_words();
            break;
        case WordKind::fragment:
            for (const policy::StandardFragment& fragment : policy::standard_fragments()) {
                words.push_back(fragment.name.substr(fragment.name.find('/') + 1));
            }
            break;
        case WordKind::schema:
            for (const Schema& schema : schemas()) {
                words.push_back(schema.name);
            }
            break;
        case WordKind::verb:
            for (const Verb& verb : verbs()) {
                words.push_back(verb.name);
            }
            break;
        case WordKind::request:
            words = request_verbs();
            break;
        case WordKind::shell:
            words = completed_shells();
            break;
        case WordKind::program:
            words = completed_programs();
            break;
    }
    return sorted(words);
}

}  // namespace sbx::cli
