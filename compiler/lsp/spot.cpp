// Leaves followed up to a place; see the header.
#include "compiler/lsp/spot.hpp"

#include <algorithm>

namespace sbx::lsp {
namespace {

using policy::Context;

class SpotFinder {
public:
    SpotFinder(const SyntaxTree& tree, std::uint32_t offset) : tree_(tree), offset_(offset) {}

    Spot find() {
        for (std::uint32_t i = 0; i < tree_.elements.size(); ++i) {
            if (is_leaf(tree_.elements[i].kind) && !take(SyntaxNode(tree_, i))) {
                break;
            }
        }
        spot_.around = std::move(blocks_);
        spot_.context = spot_.around.empty() ? Context::file : spot_.around.back().context;
        return std::move(spot_);
    }

private:
    /// False when the statement of the place is whole.
    bool take(const SyntaxNode& leaf) {
        const Span span = leaf.span();
        const bool is_behind = span.begin >= offset_;
        if (ends_statement(leaf.kind())) {
            if (is_behind) {
                return false;
            }
            end_statement(leaf.kind());
            return true;
        }
        if (is_trivia(leaf.kind()) || leaf.kind() == SyntaxKind::comma) {
            if (leaf.kind() == SyntaxKind::comment && span.begin < offset_ && offset_ <= span.end) {
                spot_.at = leaf;
            }
            return true;
        }
        if (span.end < offset_) {
            spot_.in_list = leaf.kind() == SyntaxKind::bracket_open || (spot_.in_list && leaf.kind() != SyntaxKind::bracket_close);
        }
        place(leaf);
        return true;
    }

    /// Between two words that touch, the one that ends is what is being typed, unless that is a bracket.
    void place(const SyntaxNode& leaf) {
        const Span span = leaf.span();
        const bool touches = span.begin <= offset_ && offset_ <= span.end && span.begin != span.end;
        if (touches && (!spot_.at || !is_word(spot_.at->kind()))) {
            if (spot_.at && !is_word(spot_.at->kind())) {
                spot_.in_list = spot_.at->kind() == SyntaxKind::bracket_open;
            }
            spot_.at = leaf;
            spot_.before = spot_.words.size();
        } else if (span.end < offset_) {
            spot_.before = spot_.words.size() + 1;
        }
        spot_.words.push_back(leaf);
    }

    static bool is_word(SyntaxKind kind) {
        return kind != SyntaxKind::bracket_open && kind != SyntaxKind::bracket_close && kind != SyntaxKind::equals &&
               kind != SyntaxKind::colon && kind != SyntaxKind::arrow;
    }

    static bool ends_statement(SyntaxKind kind) {
        return kind == SyntaxKind::line_end || kind == SyntaxKind::semicolon || kind == SyntaxKind::brace_open ||
               kind == SyntaxKind::brace_close;
    }

    void end_statement(SyntaxKind kind) {
        if (kind == SyntaxKind::brace_open) {
            const std::optional<Context> outer = blocks_.empty() ? Context::file : blocks_.back().context;
            const std::string_view keyword = spot_.words.empty() ? std::string_view() : first_word();
            blocks_.push_back({outer ? policy::block_context(*outer, keyword) : std::nullopt, std::move(spot_.words)});
        } else if (kind == SyntaxKind::brace_close && !blocks_.empty()) {
            blocks_.pop_back();
        }
        spot_ = {};
    }

    [[nodiscard]] std::string_view first_word() const {
        const bool is_final = spot_.words.size() > 1 && spot_.words[0].text() == "final";
        return spot_.words[is_final ? 1 : 0].text();
    }

    const SyntaxTree& tree_;
    std::uint32_t offset_;
    Spot spot_;
    std::vector<OpenBlock> blocks_;
};

}  // namespace

std::string_view Spot::keyword() const {
    const std::size_t first = !words.empty() && words[0].text() == "final" ? 1 : 0;
    return first < words.size() ? words[first].text() : std::string_view();
}

const policy::StatementInfo* Spot::statement() const {
    return context ? policy::find_statement(*context, keyword()) : nullptr;
}

Spot spot_at(const SyntaxTree& tree, std::uint32_t offset) {
    return SpotFinder(tree, offset).find();
}

}  // namespace sbx::lsp
