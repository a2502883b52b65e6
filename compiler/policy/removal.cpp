// Spans widened to what may go with them; see the header.
#include "compiler/policy/removal.hpp"

#include "grammar/syntax_views.hpp"

#include <algorithm>

namespace sbx::policy {
namespace {

bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

std::uint32_t before_blanks(std::string_view text, std::uint32_t at) {
    while (at > 0 && is_blank(text[at - 1])) {
        --at;
    }
    return at;
}
std::uint32_t after_blanks(std::string_view text, std::uint32_t at) {
    while (at < text.size() && is_blank(text[at])) {
        ++at;
    }
    return at;
}

}  // namespace

Fix statement_removal(const Origin& statement, bool safe) {
    const std::string_view text = statement.file->text();
    Span span = statement.span;
    const std::uint32_t left = before_blanks(text, span.begin);
    std::uint32_t right = after_blanks(text, span.end);
    const bool begins_line = left == 0 || text[left - 1] == '\n';
    if (right < text.size() && text[right] == ';') {
        right = after_blanks(text, right + 1);
        span.end = right;
    }
    const bool is_followed = span.end != statement.span.end;
    if (!is_followed && left > 0 && text[left - 1] == ';') {
        span.begin = left - 1;
    }
    if (begins_line && (right == text.size() || text[right] == '\n')) {
        span = {left, right == text.size() ? right : right + 1};
    } else if (begins_line && text[right] == '#') {
        span.end = right;  // the comment stays, where the statement stood
    }
    return {{statement.file, span}, "", safe};
}

Fix clause_removal(const Origin& clause, bool safe) {
    return {{clause.file, {before_blanks(clause.file->text(), clause.span.begin), clause.span.end}}, "", safe};
}

ValueRemovals::ValueRemovals(const SyntaxTree& tree) : tree_(tree) {
    for (std::uint32_t at = 0; at < tree.elements.size(); ++at) {
        if (tree.elements[at].kind == SyntaxKind::statement) {
            statements_.push_back(at);
        }
    }
}

std::optional<Fix> ValueRemovals::of(const Origin& value, bool safe) {
    // A block ends its statement, so that the last one which begins before a value is the one that holds it.
    const auto after =
        std::upper_bound(statements_.begin(), statements_.end(), value.span.begin,
                         [this](std::uint32_t begin, std::uint32_t statement) { return begin < tree_.elements[statement].begin; });
    if (after == statements_.begin() || value.file != tree_.file) {
        return std::nullopt;
    }
    const StatementView statement(SyntaxNode(tree_, *std::prev(after)));
    const std::vector<SyntaxNode>& items = statement.items();
    const auto is_mark = [](const SyntaxNode& item) { return item.kind() == SyntaxKind::question; };
    const auto item = std::find_if(items.begin(), items.end(), [&](const SyntaxNode& each) { return each.span() == value.span; });
    const bool is_plain = std::all_of(items.begin(), items.end(), [&](const SyntaxNode& each) {
        return each.kind() == SyntaxKind::path || each.kind() == SyntaxKind::string || each.kind() == SyntaxKind::variable ||
               is_mark(each);
    });
    if (item == items.end() || !is_plain || statement.block()) {
        return std::nullopt;
    }
    if (items.size() - static_cast<std::size_t>(std::count_if(items.begin(), items.end(), is_mark)) == 1) {
        return statement_removal(statement.origin(), safe);
    }
    const std::string_view text = tree_.file->text();
    const auto next = std::next(item);
    const std::uint32_t end = next != items.end() && is_mark(*next) ? next->span().end : value.span.end;
    const std::uint32_t begin = before_blanks(text, value.span.begin);
    const std::uint32_t behind = after_blanks(text, end);
    const bool has_comma = text[begin - 1] == ',' || text[begin - 1] == '\n' || (behind < text.size() && text[behind] == ',');
    if (has_comma || !edited_.insert(*std::prev(after)).second) {
        return std::nullopt;
    }
    return Fix{{value.file, {begin, end}}, "", safe};
}

}  // namespace sbx::policy
