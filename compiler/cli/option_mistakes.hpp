// Mistakes of a command line, with what was probably meant.
#pragma once

#include "compiler/cli/options.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sbx::cli {

/// As a message shows a word: escaped, in back-quotes.
[[nodiscard]] std::string spelled(std::string_view word);

/// An option that `verb` does not have: a similar one, or the verb that has it.
[[nodiscard]] UsageError unknown_option(const Verb& verb, const std::string& word);

/// A first word that is no file: perhaps a misspelt verb.
[[nodiscard]] std::optional<UsageError> mistyped_verb(const std::string& word);

}  // namespace sbx::cli
