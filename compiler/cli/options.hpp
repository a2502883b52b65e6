// The command line as values. The tables below are what the parser is built from, what `--help` prints and what policyc(1) is made
// of.
#pragma once

#include "compiler/cli/exit_codes.hpp"
#include "grammar/diagnostic.hpp"

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::cli {

enum class Format : std::uint8_t { text, json, junit, markdown };
enum class CheckFormat : std::uint8_t { text, json, sarif, github, junit, gcc };
/// `--format sarif=out.sarif`: a form, and where it goes; an empty path is the stream.
struct ReportTarget {
    CheckFormat format = CheckFormat::text;
    std::string path;
};
/// What `diff` may find and still end with 0.
enum class FailOn : std::uint8_t { nothing, wider, different };
enum class ColorChoice : std::uint8_t { automatic, always, never };

/// What was asked for; every verb reads the part that its row lists.
struct Options {
    std::vector<std::string> words;  ///< everything that is no option
    std::string output;
    std::string depfile;
    std::map<std::string, std::string> definitions;
    std::vector<std::string> include_directories;
    std::vector<std::string> settings;  ///< --set NAME=VALUE
    std::string within;
    std::vector<ReportTarget> reports;        ///< of `check`; at least one
    std::vector<std::string> select, ignore;  ///< each word names some finding
    std::string baseline;
    Format format = Format::text;
    ColorChoice color = ColorChoice::automatic;
    FailOn fail_on = FailOn::nothing;
    Severity fail_level = Severity::error;  ///< --fail-level
    bool with_runtime = false;
    bool quiet = false;
    bool man = false;
    bool fail_on_empty = false;
    bool coverage = false;
    bool mutate = false;
    bool kernel = false;
    bool only_check = false;  ///< --check
    bool show_diff = false;   ///< --diff
    bool pedantic = false;
    bool fix = false;

    /// Whether what goes to `descriptor` gets colours.
    [[nodiscard]] bool wants_color(int descriptor) const;
};

enum class OptionId : std::uint8_t {
    output,
    with_runtime,
    depfile,
    define,
    include,
    format,
    color,
    quiet,
    help,
    man,
    test_format,
    fail_on_empty,
    coverage,
    mutate,
    kernel,
    set,
    diff_format,
    fail_on,
    within,
    check,
    diff,
    check_format,
    fail_level,
    select,
    ignore,
    pedantic,
    baseline,
    fix,
    stdio
};
/// What a word of the command line is, or the value of an option, as far as a shell can complete it.
enum class WordKind : std::uint8_t {
    none,       ///< no word, or any
    choice,     ///< one of those that the option lists
    directory,  ///< that is there, or will be
    file,
    policy,            ///< a file `*.sbx`, or a directory on the way to one
    policy_or_bundle,  ///< a policy, or a directory
    findings,          ///< codes or names of diagnostics, with commas between
    explained,         ///< what `policyc explain` knows
    fragment,
    schema,
    verb,
    request,  ///< the first word of what `policyc why` is asked
    shell,
    program  ///< one that `policyc completion` knows
};
struct OptionRow {
    OptionId id;
    std::string_view flags;     ///< `-o,--output`, as CLI11 takes them
    std::string_view argument;  ///< `DIR`, or empty
    std::string_view summary;
    WordKind value = WordKind::none;
    std::string_view choices{};  ///< `text|json`, all that a WordKind::choice takes; empty: they are `argument`
    bool repeats = false;        ///< may be given more than once
};
[[nodiscard]] const OptionRow& option_row(OptionId id);

/// How many words a verb takes besides its options.
struct WordCount {
    std::size_t least;
    std::size_t most;
    std::string_view needed;  ///< what `least` words are: `a file and a request`
    std::string_view then{};  ///< said when only the first is there, which stands for `{}`; may be empty
    std::string_view how{};   ///< and how to go on; `{0}` likewise
};
struct Verb {
    std::string_view name;
    std::string_view usage;  ///< after `policyc `
    std::string_view summary;
    std::string_view details;   ///< paragraphs
    std::string_view examples;  ///< lines, each a command, perhaps with a comment
    std::vector<OptionId> options;
    WordCount words;
    ExitCode (*run)(const Options&);
    std::vector<WordKind> takes{};  ///< what its words are, in their order; the last one stands for all that follow
};
[[nodiscard]] const std::vector<Verb>& verbs();
/// nullptr if there is none.
[[nodiscard]] const Verb* find_verb(std::string_view name);

/// A command line that was not understood: one line for the user, and perhaps what to type instead.
struct UsageError {
    std::string message;
    std::string help;
};
/// What to run, or why not. `verb` is set in the first case.
struct CommandLine {
    const Verb* verb = nullptr;
    Options options;
    std::optional<UsageError> error;
};
/// `arguments` are those after the program's name. Without a verb it is `build`.
[[nodiscard]] CommandLine parse_command_line(const std::vector<std::string>& arguments);

}  // namespace sbx::cli
