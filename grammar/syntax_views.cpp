// Typed looks into a SyntaxTree. Assumes a tree made by parse(); guarantees never to fail: a statement always has a keyword, since
// the parser makes no statement without a leaf.
#include "grammar/syntax_views.hpp"

namespace sbx {

namespace {

/// Calls `visit` with each child that is not trivia.
template <class Visit>
void for_each_child(SyntaxNode node, Visit visit) {
    const auto& elements = node.tree().elements;
    const std::uint32_t last = node.index() + elements[node.index()].size;
    for (std::uint32_t at = node.index() + 1; at < last; at += elements[at].size) {
        if (!is_trivia(elements[at].kind)) {
            visit(SyntaxNode(node.tree(), at));
        }
    }
}

bool holds_error(SyntaxNode node) {
    const auto& elements = node.tree().elements;
    const std::uint32_t last = node.index() + elements[node.index()].size;
    for (std::uint32_t at = node.index(); at < last; ++at) {
        if (elements[at].kind == SyntaxKind::error) {
            return true;
        }
    }
    return false;
}

std::vector<StatementView> statements_below(SyntaxNode node) {
    std::vector<StatementView> result;
    for_each_child(node, [&](SyntaxNode child) {
        if (child.kind() == SyntaxKind::statement) {
            result.emplace_back(child);
        }
    });
    return result;
}

}  // namespace

std::vector<SyntaxNode> SyntaxNode::children() const {
    std::vector<SyntaxNode> result;
    for_each_child(*this, [&](SyntaxNode child) { result.push_back(child); });
    return result;
}

std::vector<StatementView> BlockView::statements() const {
    return statements_below(node_);
}

StatementView::StatementView(SyntaxNode node) : node_(node), keyword_(node) {
    // The first leaf, however deep: a statement that begins with `[` or `{` has that as its keyword, for others to refuse.
    while (!is_leaf(keyword_.kind())) {
        keyword_ = SyntaxNode(node.tree(), keyword_.index() + 1);
    }
    has_error_ = keyword_.kind() == SyntaxKind::error;
    for_each_child(node, [&](SyntaxNode child) {
        if (child.kind() == SyntaxKind::block) {
            block_ = child;
            return;
        }
        has_error_ = has_error_ || holds_error(child);
        if (child.kind() != SyntaxKind::comma && child.index() != keyword_.index()) {
            items_.push_back(child);
        }
    });
}

std::optional<BlockView> StatementView::block() const {
    if (!block_) {
        return std::nullopt;
    }
    return BlockView(*block_);
}

std::vector<StatementView> statements(const SyntaxTree& tree) {
    return tree.elements.empty() ? std::vector<StatementView>() : statements_below(SyntaxNode(tree, 0));
}

}  // namespace sbx
