// What stands at a place of a text: the word, the statement and the block that it is in. Read from the leaves alone, which tile
// every text, so that it is known while a statement is being typed and nothing around it is closed.
#pragma once

#include "compiler/policy/statement_table.hpp"
#include "grammar/syntax_views.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace sbx::lsp {

/// The words that open a statement with a block: `filesystem`, `syscalls only`.
struct OpenBlock {
    std::optional<policy::Context> context;  ///< of what stands in it; nullopt where no statement does
    std::vector<SyntaxNode> head;            ///< leaves
};

struct Spot {
    std::optional<policy::Context> context;  ///< of the statement
    std::vector<OpenBlock> around;           ///< outermost first
    std::vector<SyntaxNode> words;  ///< leaves of the statement without trivia and commas, up to its block; those of lists too
    std::size_t before = 0;         ///< how many of them end before the place
    /// The word that the place is in, or at an end of; one of `words` (the one after `before`), or a comment.
    std::optional<SyntaxNode> at;
    bool in_list = false;  ///< between `[` and `]`

    [[nodiscard]] bool in_comment() const { return at && at->kind() == SyntaxKind::comment; }
    /// The statement's word, behind `final`; empty where there is none before the place.
    [[nodiscard]] std::string_view keyword() const;
    /// The row of the statement; nullptr where it is none.
    [[nodiscard]] const policy::StatementInfo* statement() const;
};

/// `offset` is at most the size of the text.
[[nodiscard]] Spot spot_at(const SyntaxTree& tree, std::uint32_t offset);

}  // namespace sbx::lsp
