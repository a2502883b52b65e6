// What the formatter reads from a tree: statements with the comments inside them, and what stands in a file, a block or a list,
// with the empty lines between. Assumes a tree without error leaves.
#pragma once

#include "grammar/syntax_tree.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::layout {

/// A comment leaf; `own_line`: nothing but white space stands before it on its line.
struct Comment {
    std::uint32_t element = 0;
    bool own_line = false;
};

/// A word with what is stuck to it: `NAME:`, `/opt?`. Elements `[first, last]` of the tree, but for trivia.
struct Unit {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    SyntaxKind kind{};           ///< of the first element
    bool target = false;         ///< stands behind `->`: white space must follow
    bool comma = false;          ///< a comma must stand before it
    std::uint32_t comments = 0;  ///< how many of the statement's comments stand before it
    std::uint32_t width = 0;     ///< columns when it stands on one line; over `most_columns` if it can't, or is wider
};

/// `units[0]` is the keyword. `comments` are all inside it, in order; those that no unit counts stand before the block.
struct Statement {
    std::vector<Unit> units;
    std::vector<Comment> comments;
    std::uint32_t block = 0;  ///< the block's element, or 0
};

/// A statement, a list's value, or a comment: what stands in a file, a block or a list.
struct Entry {
    std::uint32_t element = 0;
    bool is_comment = false;
    bool own_line = false;      ///< of a comment
    bool blank_before = false;  ///< at least one empty line
};

/// Lines are kept within so many columns where there is a place to break them; comments at their end don't count.
inline constexpr std::uint32_t most_columns = 100;

[[nodiscard]] std::string_view text_of(const SyntaxTree& tree, std::uint32_t element);
/// A comment without white space at its end.
[[nodiscard]] std::string_view comment_text(const SyntaxTree& tree, std::uint32_t element);
/// How many columns text takes: code points.
[[nodiscard]] std::uint32_t columns(std::string_view text);
/// `:`, `=`, `->`: no comma stands beside them.
[[nodiscard]] bool joins(SyntaxKind kind);
/// Whether no space may stand before the element, which follows one of the kind `before`: `:`, `?`, and a target that begins with
/// `#`, which would be a comment.
[[nodiscard]] bool is_stuck(const SyntaxTree& tree, SyntaxKind before, std::uint32_t element);
/// Whether only a comma keeps the element from being read as something else: `a, :b` is not `a: b`.
[[nodiscard]] bool needs_comma(const SyntaxTree& tree, SyntaxKind before, std::uint32_t element);

/// Reads the statement at `element` into `into`, whose memory is used again.
void read_statement(const SyntaxTree& tree, std::uint32_t element, Statement& into);
/// What stands in the file, block or list at `element`.
[[nodiscard]] std::vector<Entry> read_entries(const SyntaxTree& tree, std::uint32_t element);

/// The list at `element` on one line: adds it to `out`, unless it holds a comment or takes more than `room` columns. What `out`
/// then has got is of no use.
[[nodiscard]] bool append_flat_list(const SyntaxTree& tree, std::uint32_t element, std::uint32_t room, std::string& out);
/// The same for a block: `{ size 64M; mode 1777 }`.
[[nodiscard]] bool append_flat_block(const SyntaxTree& tree, std::uint32_t element, std::uint32_t room, std::string& out);

}  // namespace sbx::layout
