// Typed looks into a SyntaxTree, cheap to copy. They never fail: what is missing is an empty optional, what is wrong is a leaf of
// kind `error`, about which the parser has already spoken.
#pragma once

#include "grammar/syntax_tree.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace sbx {

/// Any element of a tree.
class SyntaxNode {
public:
    SyntaxNode() = default;
    SyntaxNode(const SyntaxTree& tree, std::uint32_t index) : tree_(&tree), index_(index) {}

    [[nodiscard]] SyntaxKind kind() const { return element().kind; }
    [[nodiscard]] Span span() const { return {element().begin, element().end}; }
    [[nodiscard]] Origin origin() const { return {tree_->file, span()}; }
    [[nodiscard]] std::string_view text() const { return tree_->file->text(span()); }
    [[nodiscard]] std::uint32_t index() const { return index_; }
    [[nodiscard]] const SyntaxTree& tree() const { return *tree_; }
    /// Children without trivia.
    [[nodiscard]] std::vector<SyntaxNode> children() const;

private:
    [[nodiscard]] const SyntaxElement& element() const { return tree_->elements[index_]; }
    const SyntaxTree* tree_ = nullptr;
    std::uint32_t index_ = 0;
};

class StatementView;

class BlockView {
public:
    explicit BlockView(SyntaxNode node) : node_(node) {}
    [[nodiscard]] Origin origin() const { return node_.origin(); }
    [[nodiscard]] std::vector<StatementView> statements() const;

private:
    SyntaxNode node_;
};

/// `keyword items… { block }`. Commas between items are left out of `items()`; an optional mark is an item of its own (kind
/// `question`) right after the path it marks; a list is one item (kind `list`) whose children() are brackets, values and commas.
class StatementView {
public:
    explicit StatementView(SyntaxNode node);

    [[nodiscard]] Origin origin() const { return node_.origin(); }
    /// The first leaf: a name for every well-formed statement; anything else is for the meaning stage to refuse.
    [[nodiscard]] SyntaxNode keyword() const { return keyword_; }
    [[nodiscard]] const std::vector<SyntaxNode>& items() const { return items_; }
    [[nodiscard]] std::optional<BlockView> block() const;
    /// True when the parser put an error leaf in it: say nothing more about what is missing.
    [[nodiscard]] bool has_error() const { return has_error_; }

private:
    SyntaxNode node_;
    SyntaxNode keyword_;
    std::vector<SyntaxNode> items_;
    std::optional<SyntaxNode> block_;
    bool has_error_ = false;
};

/// The statements of a file, in order.
[[nodiscard]] std::vector<StatementView> statements(const SyntaxTree& tree);

}  // namespace sbx
