// Options as they were typed, before they are judged; and the judging that is more than one option's.
#pragma once

#include "compiler/cli/option_mistakes.hpp"
#include "compiler/cli/options.hpp"

#include <CLI/App.hpp>
#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sbx::cli {

/// What CLI11 fills in before it is judged.
struct Raw {
    std::vector<std::string> words;
    std::vector<std::string> output, depfile, define, include, format, color, fail_on, set, within;
    std::vector<std::string> reports, fail_level, select, ignore, baseline;  // of check
    bool with_runtime = false, quiet = false, help = false, man = false;
    bool fail_on_empty = false, coverage = false, mutate = false, kernel = false, only_check = false, show_diff = false,
         fix = false, pedantic = false, stdio = false;
    std::string_view third_format;  ///< `--format` takes it, too
};

/// Has `app` fill in the values of the option.
void add_option(CLI::App& app, const OptionRow& row, Raw& raw);

/// The one value of an option that may be given once.
std::optional<UsageError> take_once(const std::vector<std::string>& values, std::string_view flag, std::string& into);

[[nodiscard]] UsageError unknown_choice(std::string_view flag, std::string_view value, const std::vector<std::string_view>& known);

/// One of `known`, the first unless it is given.
template <class Choice>
std::optional<UsageError> take_choice(const std::vector<std::string>& values, std::string_view flag,
                                      const std::vector<std::pair<std::string_view, Choice>>& known, Choice& into) {
    std::string word(known.front().first);
    if (auto error = take_once(values, flag, word)) {
        return error;
    }
    const auto found = std::find_if(known.begin(), known.end(), [&](const auto& choice) { return choice.first == word; });
    if (found != known.end()) {
        into = found->second;
        return std::nullopt;
    }
    std::vector<std::string_view> words;
    for (const auto& choice : known) {
        words.push_back(choice.first);
    }
    return unknown_choice(flag, word, words);
}

/// The options that `check` alone has.
std::optional<UsageError> take_check_options(const Raw& raw, Options& options);

}  // namespace sbx::cli
