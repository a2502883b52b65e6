// Syntax to text in the one style of the language (README, "Style"): there is nothing to choose. Assumes a tree without mistakes;
// guarantees the same statements, word for word, and the same comments in the same order, and that the result, formatted, is
// itself. Time and result grow with the source in proportion.
#pragma once

#include "grammar/syntax_tree.hpp"

#include <optional>
#include <string>

namespace sbx {

/// `tree` has no error leaf. Nothing if the result would be more than a source may have (`max_source_bytes`).
[[nodiscard]] std::optional<std::string> formatted(const SyntaxTree& tree);

/// Whether two trees hold the same statements, word for word, and the same comments in the same places, white space at their ends
/// apart; commas and `;` are no words. Two such files mean the same.
[[nodiscard]] bool same_but_for_layout(const SyntaxTree& a, const SyntaxTree& b);

}  // namespace sbx
