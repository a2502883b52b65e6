// What is said of a word of the command line that was not understood; see the header.
#include "compiler/cli/option_mistakes.hpp"

#include "compiler/cli/display_text.hpp"
#include "grammar/diagnostic.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <unistd.h>

namespace sbx::cli {
namespace {

/// `--output` of `-o,--output`.
std::string_view long_flag(const OptionRow& row) {
    const std::size_t comma = row.flags.find(',');
    return comma == std::string_view::npos ? row.flags : row.flags.substr(comma + 1);
}
std::string_view short_flag(const OptionRow& row) {
    const std::size_t comma = row.flags.find(',');
    return comma == std::string_view::npos ? std::string_view() : row.flags.substr(0, comma);
}

}  // namespace

std::string spelled(std::string_view word) {
    return fmt::format("`{}`", displayed(word));
}

UsageError unknown_option(const Verb& verb, const std::string& word) {
    const std::string name = word.substr(0, word.find('='));
    std::vector<std::string_view> known;
    for (const OptionId id : verb.options) {
        known.push_back(long_flag(option_row(id)));
    }
    const auto similar = nearest(name, known);
    const auto elsewhere = std::find_if(verbs().begin(), verbs().end(), [&](const Verb& other) {
        return std::any_of(other.options.begin(), other.options.end(), [&](OptionId id) {
            return id != OptionId::man && (long_flag(option_row(id)) == name || short_flag(option_row(id)) == name);
        });
    });
    std::string help = fmt::format("`policyc help {}` lists its options", verb.name);
    if (similar) {
        help = fmt::format("did you mean `{}`?", *similar);
    } else if (elsewhere != verbs().end()) {
        help = fmt::format("`{}` is an option of `policyc {}`", name, elsewhere->name);
    }
    return {fmt::format("`policyc {}` has no option {}", verb.name, spelled(name)), help};
}

std::optional<UsageError> mistyped_verb(const std::string& word) {
    if (word.empty() || word.front() == '-' || ::access(word.c_str(), F_OK) == 0) {
        return std::nullopt;
    }
    std::vector<std::string_view> names;
    for (const Verb& verb : verbs()) {
        names.push_back(verb.name);
    }
    const auto similar = nearest(word, names);
    // What has a dot or a slash is a file that is missing, and is reported as such.
    if (!similar && word.find_first_of("./") != std::string::npos) {
        return std::nullopt;
    }
    return UsageError{fmt::format("{} is neither a command nor a file", spelled(word)),
                      similar ? fmt::format("did you mean `policyc {}`?", *similar) : "`policyc help` lists the commands"};
}

}  // namespace sbx::cli
