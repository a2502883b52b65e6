// Which words of neighbouring statements stand below each other, and where. Assumes nothing about what statements mean: a few words
// that open them, and the shape of what follows, are all it looks at.
#pragma once

#include "grammar/format_source.hpp"

namespace sbx::layout {

/// Where parts of a statement begin, in columns behind its indentation; 0: one space behind what is before.
struct Cells {
    std::uint32_t values = 0;  ///< what follows the keyword
    std::uint32_t second = 0;  ///< what follows the first value
};

/// How many units the keyword is: two with `final`, else one.
[[nodiscard]] std::size_t keyword_units(const SyntaxTree& tree, const Statement& statement);
/// The word that says what the statement is, without `final`.
[[nodiscard]] std::string_view keyword_of(const SyntaxTree& tree, const Statement& statement);
/// The keyword in columns, with its `final`.
[[nodiscard]] std::uint32_t keyword_width(const SyntaxTree& tree, const Statement& statement);

/// One for each of `entries`, which are all that a block, or the file, holds. In a block the values of all statements begin in one
/// column; in the file those of `let` and `param` do, unless an empty line is between. What follows the first value is aligned
/// among statements of a kind without an empty line between. Nothing is aligned with what is very long.
[[nodiscard]] std::vector<Cells> align(const SyntaxTree& tree, const std::vector<Entry>& entries, bool in_block);

}  // namespace sbx::layout
