// The script for bash; see completion.hpp. It needs bash 4.4 and nothing of bash-completion's library.
#include "compiler/cli/completion_script.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>

namespace sbx::cli {
namespace {

constexpr std::string_view bash_form = R"form(# Completion of @PROGRAM@ for bash, as `policyc completion bash @PROGRAM@` prints it.

# What a command takes: its options, and of what kind its words are, in their order.
_@NAME@_command() {
    options='' takes='' endless=''
    case $1 in
@COMMANDS@    esac
}

# What an option of a command takes; fails if that is nothing.
_@NAME@_value() {
    kind='' choices=''
    case "$1 $2" in
@VALUES@        *) return 1 ;;
    esac
}

# Everything that words of this kind can be.
_@NAME@_choices() {
    case $1 in
@KINDS@    esac
}

_@NAME@() {
    local word joined='' rest=$COMP_LINE
    local -a words=()
    # bash has split at `=` and `@`, too: what stands together on the line is one word.
    for word in "${COMP_WORDS[@]:0:COMP_CWORD+1}"; do
        if [[ -n $joined && -n $word && $rest == "$word"* ]]; then
            words[${#words[@]}-1]+=$word
        else
            rest=${rest#"${rest%%[![:space:]]*}"}
            words+=("$word")
        fi
        rest=${rest#"$word"}
        joined=1
    done
    local current=${words[${#words[@]}-1]}
    # And what it replaces is $2, the end of that word.
    local before=${current%"$2"}
    [[ $current == *"$2" ]] || before=''

    local command=@FIRST@ named='' only_words='' pending='' options takes endless kind choices index=0 i
    for ((i = 1; i < ${#words[@]} - 1; ++i)); do
        word=${words[i]}
        if [[ -n $pending ]]; then
            pending=''
        elif [[ $word == -- && -z $only_words ]]; then
            only_words=$i
        elif [[ $word == -?* && -z $only_words ]]; then
            if [[ $word != --*=* ]] && _@NAME@_value "$command" "$word"; then
                pending=$word
            fi
            # Before a command stand only options that all of them have.
            [[ $word == -q || $word == --quiet || $word == --color* || $word == --format* ]] || named=1
        elif [[ -z $named$only_words && $index -eq 0 && ' @VERBS@ ' == *" $word "* ]]; then
            command=$word named=1
        else
            ((++index))
        fi
    done

    COMPREPLY=()
    _@NAME@_command "$command"
    local lead=''
    if [[ -n $pending ]]; then
        _@NAME@_value "$command" "$pending"
    elif [[ -z $only_words && $current == --*=* ]]; then
        _@NAME@_value "$command" "${current%%=*}" || return 0
        lead=${current%%=*}=
    elif [[ -z $only_words && $current == -* ]]; then
        kind=choice choices=$options
@RUNS@    else
        local -a kinds
        read -r -a kinds <<<"$takes"
        [[ -z $endless || $index -lt ${#kinds[@]} ]] || index=$((${#kinds[@]} - 1))
        kind=${kinds[index]:-none}
    fi
    local typed=${current#"$lead"}
    case $kind in
        choice) ;;
        directory | file | policy | policy_or_bundle)
            local plain=${typed#[\"\']} name
            plain=${plain//\\/}
            while IFS= read -r name; do
                if [[ -d $name || $kind == file || ($kind == policy* && $name == *.sbx) ]]; then
                    COMPREPLY+=("$lead$name")
                fi
            done < <(compgen -f -- "$plain")
            compopt -o filenames 2>/dev/null
            ;;
        findings)
            [[ $typed != *,* ]] || lead+=${typed%,*},
            typed=${typed##*,}
            choices=$(_@NAME@_choices findings)
            ;;
        *) choices=$(_@NAME@_choices "$kind") ;;
    esac
    if [[ -z $named$only_words$pending && $index -eq 0 && $current != -* ]]; then
        choices+=' @VERBS@'
    fi
    if [[ -n ${choices// /} ]]; then
        while IFS= read -r word; do
            COMPREPLY+=("$lead$word")
        done < <(compgen -W "$choices" -- "$typed")
    fi
    COMPREPLY=("${COMPREPLY[@]#"$before"}")
}
complete -F _@NAME@ @PROGRAM@
)form";

/// A command line behind `--`: the first word is a program, the others are files.
constexpr std::string_view bash_runs = R"form(    elif [[ -n $only_words ]]; then
        if ((i - only_words == 1)); then
            kind=choice choices=''
            while IFS= read -r word; do
                COMPREPLY+=("$word")
            done < <(compgen -c -- "$current" | sort -u)
        else
            kind='file'
        fi
)form";

struct BashKind {
    WordKind kind;
    std::string_view name;
};
constexpr std::array<BashKind, 14> bash_kinds = {{{WordKind::none, "none"},
                                                  {WordKind::choice, "choice"},
                                                  {WordKind::directory, "directory"},
                                                  {WordKind::file, "file"},
                                                  {WordKind::policy, "policy"},
                                                  {WordKind::policy_or_bundle, "policy_or_bundle"},
                                                  {WordKind::findings, "findings"},
                                                  {WordKind::explained, "explained"},
                                                  {WordKind::fragment, "fragment"},
                                                  {WordKind::schema, "schema"},
                                                  {WordKind::verb, "verb"},
                                                  {WordKind::request, "request"},
                                                  {WordKind::shell, "shell"},
                                                  {WordKind::program, "program"}}};

std::string_view bash_name(WordKind kind) {
    return std::find_if(bash_kinds.begin(), bash_kinds.end(), [kind](const BashKind& row) { return row.kind == kind; })->name;
}

std::string bash_commands(const CompletedProgram& program) {
    std::string out;
    for (const CompletedCommand& command : program.commands) {
        std::vector<std::string> options;
        for (const CompletedOption& option : command.options) {
            for (const std::string& flag : {option.short_name, option.long_name}) {
                if (!flag.empty()) {
                    options.push_back(flag);
                }
            }
        }
        std::vector<std::string> takes;
        for (const WordKind kind : command.words) {
            takes.emplace_back(bash_name(kind));
        }
        out += fmt::format("        {}) options='{}' takes='{}' endless={} ;;\n", command.name.empty() ? "''" : command.name,
                           joined_words(options), joined_words(takes), command.endless ? "1" : "''");
    }
    return out;
}

/// Options that take the same, in one line.
std::string bash_values(const CompletedProgram& program) {
    std::map<std::string, std::vector<std::string>> by_value;
    for (const CompletedCommand& command : program.commands) {
        for (const CompletedOption& option : command.options) {
            if (!option.takes_value()) {
                continue;
            }
            std::vector<std::string>& patterns =
                by_value[fmt::format("kind={} choices='{}'", bash_name(option.value), joined_words(option.choices))];
            for (const std::string& flag : {option.short_name, option.long_name}) {
                if (!flag.empty()) {
                    patterns.push_back(fmt::format("'{} {}'", command.name, flag));
                }
            }
        }
    }
    std::string out;
    for (const auto& [value, patterns] : by_value) {
        out += fmt::format("        {})\n            {}\n            ;;\n", joined_words(patterns, " | "), value);
    }
    return out;
}

std::string bash_words(const CompletedProgram& program) {
    std::string out;
    for (const BashKind& row : bash_kinds) {
        const std::vector<std::string> words = words_of_kind(row.kind);
        if (!words.empty() && program.has_verbs()) {
            out += fmt::format("        {}) echo '{}' ;;\n", row.name, joined_words(words));
        }
    }
    return out.empty() ? "        *) ;;\n" : out;
}

}  // namespace

std::string bash_completion(const CompletedProgram& program) {
    std::vector<std::string> verb_names;
    for (const CompletedCommand& command : program.commands) {
        if (!command.name.empty()) {
            verb_names.push_back(command.name);
        }
    }
    const std::string first = program.commands.front().name;
    return filled_in(bash_form, {{"@PROGRAM@", program.name},
                                 {"@NAME@", identifier(program.name)},
                                 {"@COMMANDS@", bash_commands(program)},
                                 {"@VALUES@", bash_values(program)},
                                 {"@KINDS@", bash_words(program)},
                                 {"@FIRST@", first.empty() ? "''" : first},
                                 {"@VERBS@", joined_words(verb_names)},
                                 {"@RUNS@", std::string(program.runs_command ? bash_runs : std::string_view())}});
}

}  // namespace sbx::cli
