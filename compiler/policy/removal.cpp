// Spans widened to what may go with them; see the header.
#include "compiler/policy/removal.hpp"

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
    if (begins_line && (right == text.size() || text[right] == '\n')) {
        span = {left, right == text.size() ? right : right + 1};
    }
    return {{statement.file, span}, "", safe};
}

Fix clause_removal(const Origin& clause, bool safe) {
    return {{clause.file, {before_blanks(clause.file->text(), clause.span.begin), clause.span.end}}, "", safe};
}

}  // namespace sbx::policy
