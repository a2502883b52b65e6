// The command line to values; see the header. CLI11 splits and assigns; which options there are comes from the tables.
#include "compiler/cli/options.hpp"

#include "compiler/cli/display_text.hpp"
#include "compiler/cli/option_mistakes.hpp"
#include "compiler/cli/raw_options.hpp"
#include "compiler/cli/streams.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <fmt/format.h>

namespace sbx::cli {
namespace {

std::optional<UsageError> take_definitions(const std::vector<std::string>& values, Options& options) {
    for (const std::string& value : values) {
        const std::size_t equals = value.find('=');
        if (equals == 0 || equals == std::string::npos) {
            return UsageError{fmt::format("`-D` is given {}, which is not NAME=VALUE", spelled(value)),
                              "for example `-D mirror=10.20.0.0/16`; a text goes in its quotes: `-D 'who=\"me\"'`"};
        }
        if (!options.definitions.emplace(value.substr(0, equals), value.substr(equals + 1)).second) {
            return UsageError{fmt::format("`-D` defines {} twice", spelled(value.substr(0, equals))), "define it once"};
        }
    }
    return std::nullopt;
}

std::optional<UsageError> take_choices(const Raw& raw, Options& options) {
    std::vector<std::pair<std::string_view, Format>> formats = {{"text", Format::text}, {"json", Format::json}};
    if (!raw.third_format.empty()) {
        formats.emplace_back(raw.third_format, raw.third_format == "junit" ? Format::junit : Format::markdown);
    }
    if (auto error = take_choice(raw.format, "--format", formats, options.format)) {
        return error;
    }
    if (!raw.fail_on.empty()) {
        const std::vector<std::pair<std::string_view, FailOn>> forbidden = {{"wider", FailOn::wider},
                                                                            {"different", FailOn::different}};
        if (auto error = take_choice(raw.fail_on, "--fail-on", forbidden, options.fail_on)) {
            return error;
        }
    }
    const std::vector<std::pair<std::string_view, ColorChoice>> colors = {
        {"auto", ColorChoice::automatic}, {"always", ColorChoice::always}, {"never", ColorChoice::never}};
    return take_choice(raw.color, "--color", colors, options.color);
}

std::optional<UsageError> take_all(Raw& raw, Options& options) {
    if (auto error = take_once(raw.output, "--output", options.output)) {
        return error;
    }
    if (auto error = take_once(raw.depfile, "--depfile", options.depfile)) {
        return error;
    }
    if (auto error = take_once(raw.within, "--within", options.within)) {
        return error;
    }
    if (auto error = take_definitions(raw.define, options)) {
        return error;
    }
    options.words = std::move(raw.words);
    options.include_directories = std::move(raw.include);
    options.with_runtime = raw.with_runtime;
    options.quiet = raw.quiet;
    options.man = raw.man;
    options.fail_on_empty = raw.fail_on_empty;
    options.coverage = raw.coverage;
    options.mutate = raw.mutate;
    options.kernel = raw.kernel;
    options.only_check = raw.only_check;
    options.show_diff = raw.show_diff;
    options.settings = std::move(raw.set);
    options.fix = raw.fix;
    options.pedantic = raw.pedantic;
    if (auto error = take_check_options(raw, options)) {
        return error;
    }
    return take_choices(raw, options);
}

std::optional<UsageError> count_words(const Verb& verb, const Options& options) {
    const std::string help = fmt::format("usage: policyc {}", verb.usage);
    if (options.words.size() == 1 && verb.words.least > 1 && !verb.words.then.empty()) {
        const std::string first = displayed(options.words.front());
        return UsageError{fmt::format(fmt::runtime(verb.words.then), fmt::format("`{}`", first)),
                          fmt::format(fmt::runtime(verb.words.how), first)};
    }
    if (options.words.size() < verb.words.least) {
        return UsageError{fmt::format("`policyc {}` needs {}", verb.name, verb.words.needed), help};
    }
    if (options.words.size() > verb.words.most) {
        return UsageError{
            fmt::format("`policyc {}` does not know what to do with {}", verb.name, spelled(options.words[verb.words.most])), help};
    }
    return std::nullopt;
}

CommandLine refuse(UsageError error) {
    CommandLine line;
    line.error = std::move(error);
    return line;
}

CommandLine parse_verb(const Verb& verb, std::vector<std::string> arguments) {
    Raw raw;
    CLI::App app;
    app.set_help_flag();
    app.allow_extras();
    app.add_option("words", raw.words)->delimiter('\0');
    for (const OptionId id : verb.options) {
        add_option(app, option_row(id), raw);
    }
    std::reverse(arguments.begin(), arguments.end());
    try {
        app.parse(std::move(arguments));
    } catch (const CLI::ArgumentMismatch& mismatch) {
        return refuse({displayed(mismatch.what()), fmt::format("`policyc help {}` says what it takes", verb.name)});
    } catch (const CLI::ParseError& error) {
        return refuse({displayed(error.what()), fmt::format("`policyc help {}` lists the options", verb.name)});
    }
    for (const std::string& extra : app.remaining()) {
        if (extra != "--") {
            return refuse(unknown_option(verb, extra));
        }
    }
    CommandLine line;
    if (raw.help) {
        line.verb = find_verb("help");
        line.options.words = {std::string(verb.name)};
        return line;
    }
    line.error = take_all(raw, line.options);
    if (!line.error && !raw.man) {
        line.error = count_words(verb, line.options);
    }
    line.verb = line.error ? nullptr : &verb;
    return line;
}

/// Where the first word stands that is neither an option nor the value of one that every verb has.
std::size_t first_word(const std::vector<std::string>& arguments) {
    std::size_t at = 0;
    while (at < arguments.size() &&
           (arguments[at] == "--quiet" || arguments[at] == "-q" || arguments[at] == "--color" || arguments[at] == "--format" ||
            arguments[at].rfind("--color=", 0) == 0 || arguments[at].rfind("--format=", 0) == 0)) {
        at += arguments[at] == "--color" || arguments[at] == "--format" ? 2 : 1;
    }
    return at;
}

}  // namespace

bool Options::wants_color(int descriptor) const {
    switch (color) {
        case ColorChoice::always:
            return true;
        case ColorChoice::never:
            return false;
        case ColorChoice::automatic:
            return stream_wants_color(descriptor);
    }
    return false;
}

CommandLine parse_command_line(const std::vector<std::string>& arguments) {
    if (arguments.empty()) {
        return refuse({"nothing to do", "usage: policyc FILE -o DIR; `policyc --help` shows more"});
    }
    const std::size_t at = first_word(arguments);
    if (at < arguments.size()) {
        const std::string& word = arguments[at];
        std::vector<std::string> rest = arguments;
        rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(at));
        if (word == "--help" || word == "-h") {
            return parse_verb(*find_verb("help"), std::move(rest));
        }
        if (word == "--version" || word == "-V") {
            return parse_verb(*find_verb("version"), std::move(rest));
        }
        if (const Verb* verb = find_verb(word)) {
            return parse_verb(*verb, std::move(rest));
        }
        if (auto error = mistyped_verb(word)) {
            return refuse(*std::move(error));
        }
    }
    return parse_verb(*find_verb("build"), arguments);
}

}  // namespace sbx::cli
