// The script for zsh; see completion.hpp. `_arguments` does the work (zshcompsys(1)); the specifications are written here.
#include "compiler/cli/completion_script.hpp"

#include <fmt/format.h>

namespace sbx::cli {
namespace {

constexpr std::string_view zsh_form = R"form(#compdef @PROGRAM@
# Completion of @PROGRAM@ for zsh, as `policyc completion zsh @PROGRAM@` prints it.

@HELPERS@_@NAME@() {
@CHOOSE@@COMMANDS@}

_@NAME@ "$@"
)form";

constexpr std::string_view zsh_choose = R"form(    local command=@FIRST@ named=''
    integer i
    for (( i = 2; i < CURRENT; ++i )); do
        case $words[i] in
            (--color|--format) (( ++i )) ;;
            (-q|--quiet|--color=*|--format=*) ;;
            (*)
                if [[ ' @VERBS@ ' == *" $words[i] "* ]]; then
                    command=$words[i] named=1
                    words[i]=()
                    (( --CURRENT ))
                fi
                break
                ;;
        esac
    done
)form";

constexpr std::string_view zsh_helpers = R"form(_@NAME@_policies() {
    _files "$@" -g '*.sbx(-.)'
}

_@NAME@_first() {
    local -a commands=(
@VERB_LINES@    )
    _describe -t commands command commands
    _@NAME@_policies "$@"
}

)form";

/// A text in brackets, or between colons, of a specification.
std::string zsh_escaped(std::string_view text) {
    std::string out;
    for (const char byte : text) {
        out += byte == '[' || byte == ']' || byte == ':' || byte == '\\' ? "\\" : "";
        out += byte;
    }
    return out;
}

std::string zsh_kind_function(const CompletedProgram& program, std::string_view kind) {
    return fmt::format("_{}_{}", identifier(program.name), kind);
}

struct ZshKind {
    WordKind kind;
    std::string_view name;
};
constexpr ZshKind zsh_listed[] = {{WordKind::findings, "findings"}, {WordKind::explained, "explained"},
                                  {WordKind::fragment, "fragment"}, {WordKind::schema, "schema"},
                                  {WordKind::verb, "verb"},         {WordKind::request, "request"},
                                  {WordKind::shell, "shell"},       {WordKind::program, "program"}};

std::string zsh_action(const CompletedProgram& program, WordKind kind, const std::vector<std::string>& choices) {
    switch (kind) {
        case WordKind::none:
            return " ";
        case WordKind::choice:
            return fmt::format("({})", joined_words(choices));
        case WordKind::directory:
            return "_directories";
        case WordKind::file:
            return "_files";
        case WordKind::policy:
        case WordKind::policy_or_bundle:
            return zsh_kind_function(program, "policies");
        case WordKind::findings:
        case WordKind::explained:
        case WordKind::fragment:
        case WordKind::schema:
        case WordKind::verb:
        case WordKind::request:
        case WordKind::shell:
        case WordKind::program:
            break;
    }
    for (const ZshKind& row : zsh_listed) {
        if (row.kind == kind) {
            return zsh_kind_function(program, row.name);
        }
    }
    return " ";
}

std::string zsh_option(const CompletedProgram& program, const CompletedOption& option) {
    const bool both = !option.short_name.empty() && !option.long_name.empty();
    const std::string value = option.takes_value() ? fmt::format(":{}:{}", zsh_escaped(option.argument),
                                                                 zsh_action(program, option.value, option.choices))
                                                   : "";
    const std::string rest = single_quoted(fmt::format("[{}]{}", zsh_escaped(option.summary), value));
    const std::string names = both ? fmt::format("{{{}{},{}{}}}", option.short_name, option.takes_value() ? "+" : "",
                                                 option.long_name, option.takes_value() ? "=" : "")
                                   : option.long_name + (option.takes_value() ? "=" : "");
    const std::string lead = option.repeats ? "'*'" : both ? fmt::format("'({} {})'", option.short_name, option.long_name) : "";
    return lead + names + rest;
}

std::string zsh_specifications(const CompletedProgram& program, const CompletedCommand& command, bool is_first) {
    std::string out;
    for (const CompletedOption& option : command.options) {
        out += fmt::format(" \\\n                {}", zsh_option(program, option));
    }
    for (std::size_t i = 0; i < command.words.size(); ++i) {
        const bool is_last = i + 1 == command.words.size();
        const std::string action = zsh_action(program, command.words[i], {});
        const std::string place = is_last && command.endless ? "*" : std::to_string(i + 1);
        // Where no command is named its name may still come.
        out += is_first && i == 0 ? fmt::format(" \\\n                \"{}:word:_{}_${{${{named:+policies}}:-first}}\"", place,
                                                identifier(program.name))
                                  : fmt::format(" \\\n                '{}:word:{}'", place, action);
    }
    return out;
}

std::string zsh_commands(const CompletedProgram& program) {
    if (!program.has_verbs()) {
        const std::string behind = program.runs_command ? " \\\n                '*:::command:_normal'" : "";
        return fmt::format("    _arguments -S{}{}\n", zsh_specifications(program, program.commands.front(), false), behind);
    }
    std::string out = "    case $command in\n";
    bool is_first = true;
    for (const CompletedCommand& command : program.commands) {
        out += fmt::format("        ({})\n            _arguments -s -S{}\n            ;;\n", command.name,
                           zsh_specifications(program, command, is_first));
        is_first = false;
    }
    return out + "    esac\n";
}

std::string zsh_lists(const CompletedProgram& program) {
    std::string out;
    for (const ZshKind& row : zsh_listed) {
        const bool comma_separated = row.kind == WordKind::findings;
        out += fmt::format("{}() {{\n    {}compadd \"$@\" - {}\n}}\n\n", zsh_kind_function(program, row.name),
                           comma_separated ? "_sequence " : "", joined_words(words_of_kind(row.kind)));
    }
    return out;
}

}  // namespace

std::string zsh_completion(const CompletedProgram& program) {
    std::string verb_lines;
    std::vector<std::string> verb_names;
    for (const CompletedCommand& command : program.commands) {
        verb_names.push_back(command.name);
        verb_lines += fmt::format("        {}\n", single_quoted(fmt::format("{}:{}", command.name, zsh_escaped(command.summary))));
    }
    const std::vector<std::pair<std::string_view, std::string>> texts = {{"@PROGRAM@", program.name},
                                                                         {"@NAME@", identifier(program.name)},
                                                                         {"@FIRST@", program.commands.front().name},
                                                                         {"@VERBS@", joined_words(verb_names)},
                                                                         {"@VERB_LINES@", verb_lines}};
    std::vector<std::pair<std::string_view, std::string>> parts = texts;
    parts.emplace_back("@HELPERS@", program.has_verbs() ? zsh_lists(program) + filled_in(zsh_helpers, texts) : "");
    parts.emplace_back("@CHOOSE@", program.has_verbs() ? filled_in(zsh_choose, texts) : "");
    parts.emplace_back("@COMMANDS@", zsh_commands(program));
    return filled_in(zsh_form, parts);
}

}  // namespace sbx::cli
