// The script for fish; see completion.hpp. One `complete` for each option of each command, under a condition (complete(1) of fish).
#include "compiler/cli/completion_script.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace sbx::cli {
namespace {

constexpr std::string_view fish_form = R"form(# Completion of @PROGRAM@ for fish, as `policyc completion fish @PROGRAM@` prints it.

# The words before the cursor that are neither options nor their values. The first is the command, where there are commands.
function __@NAME@_words
    set -l tokens (commandline -opc)
    set -l words
    set -l named
    set -l behind
    while set -q tokens[2]
        set -l token $tokens[2]
        set -e tokens[2]
        if test -z "$behind"; and test "$token" = --
            set behind 1
            set named 1
        else if test -z "$behind"; and string match -qr '^-.' -- $token
            contains -- $token @VALUED@; and set -e tokens[2]
            contains -- (string replace -r '=.*' '' -- $token) -q --quiet --color --format; or set named 1
        else
            if not set -q words[1]
                test -z "$named"; and contains -- $token @VERBS@; or set -a words @FIRST@
            end
            set -a words $token
        end
    end
    if test -n "$named"; and not set -q words[1]
        set words @FIRST@
    end
    string join \n -- $words
end

# Whether the cursor is at a word of this command: at any, at the one of this number, or at that and all that follow.
function __@NAME@_at -a command number more
    set -l words (__@NAME@_words)
    set -q words[1]; or set words @FIRST@
    test "$words[1]" = "$command"; or return 1
    set -l count (math (count $words) - 1)
    test -z "$number"; or test $count -eq "$number"; or test -n "$more" -a $count -ge "$number"
end

function __@NAME@_unnamed
    not __@NAME@_words | string length -q
end

function __@NAME@_policies
    string match -r '^.*(?:\.sbx|/)(?=\t|$)' -- (__fish_complete_path (commandline -ct))
end

function __@NAME@_behind_dashes
    set -l tokens (commandline -opc)
    set -l at (contains -i -- -- $tokens); or return 1
    set -q argv[1]; or return 0
    set -e tokens[1..$at]
    complete -C (string join ' ' -- (string escape -- $tokens) (commandline -ct))
end

complete -c @PROGRAM@ -f
@LINES@)form";

std::string fish_quoted(std::string_view text) {
    std::string escaped;
    for (const char byte : text) {
        escaped += byte == '\\' ? "\\\\" : std::string(1, byte);
    }
    return single_quoted(escaped, "\\'");
}

std::string fish_words(const CompletedProgram& program, WordKind kind, const std::vector<std::string>& choices) {
    switch (kind) {
        case WordKind::none:
            return {};
        case WordKind::choice:
            return joined_words(choices);
        case WordKind::directory:
            return "(__fish_complete_directories)";
        case WordKind::file:
            return "(__fish_complete_path (commandline -ct))";
        case WordKind::policy:
        case WordKind::policy_or_bundle:
            return fmt::format("(__{}_policies)", identifier(program.name));
        case WordKind::findings:
            return fmt::format("(__fish_append , {})", joined_words(words_of_kind(kind)));
        case WordKind::explained:
        case WordKind::fragment:
        case WordKind::schema:
        case WordKind::verb:
        case WordKind::request:
        case WordKind::shell:
        case WordKind::program:
            break;
    }
    return joined_words(words_of_kind(kind));
}

std::string fish_option(const CompletedProgram& program, const CompletedCommand& command, const CompletedOption& option) {
    std::string line = fmt::format("complete -c {} -n '__{}_at {}'", program.name, identifier(program.name),
                                   command.name.empty() ? "\"\"" : command.name);
    line += option.short_name.empty() ? "" : fmt::format(" -s {}", option.short_name.substr(1));
    line += option.long_name.empty() ? "" : fmt::format(" -l {}", option.long_name.substr(2));
    if (option.takes_value()) {
        const std::string words = fish_words(program, option.value, option.choices);
        line += words.empty() ? " -x" : fmt::format(" -x -a {}", fish_quoted(words));
    }
    return line + fmt::format(" -d {}\n", fish_quoted(option.summary));
}

std::string fish_lines(const CompletedProgram& program) {
    std::string out;
    const std::string name = identifier(program.name);
    for (const CompletedCommand& command : program.commands) {
        if (!command.name.empty()) {
            out += fmt::format("complete -c {} -n __{}_unnamed -a {} -d {}\n", program.name, name, command.name,
                               fish_quoted(command.summary));
        }
    }
    for (const CompletedCommand& command : program.commands) {
        for (const CompletedOption& option : command.options) {
            out += fish_option(program, command, option);
        }
        for (std::size_t i = 0; i < command.words.size(); ++i) {
            const std::string words = fish_words(program, command.words[i], {});
            const bool more = command.endless && i + 1 == command.words.size();
            if (!words.empty()) {
                out += fmt::format("complete -c {} -n '__{}_at {} {}{}' -a {}\n", program.name, name,
                                   command.name.empty() ? "\"\"" : command.name, i, more ? " more" : "", fish_quoted(words));
            }
        }
    }
    if (program.runs_command) {
        out += fmt::format("complete -c {0} -n __{1}_behind_dashes -x -a '(__{1}_behind_dashes command)'\n", program.name, name);
    }
    return out;
}

}  // namespace

std::string fish_completion(const CompletedProgram& program) {
    std::set<std::string> valued;
    std::vector<std::string> verb_names;
    for (const CompletedCommand& command : program.commands) {
        verb_names.push_back(command.name);
        for (const CompletedOption& option : command.options) {
            if (option.takes_value()) {
                valued.insert(option.long_name);
                valued.insert(option.short_name.empty() ? option.long_name : option.short_name);
            }
        }
    }
    const bool verbs = program.has_verbs();
    return filled_in(fish_form, {{"@PROGRAM@", program.name},
                                 {"@NAME@", identifier(program.name)},
                                 {"@VALUED@", joined_words({valued.begin(), valued.end()})},
                                 {"@VERBS@", verbs ? joined_words(verb_names) : "''"},
                                 {"@FIRST@", verbs ? program.commands.front().name : "''"},
                                 {"@LINES@", fish_lines(program)}});
}

}  // namespace sbx::cli
