// See the header.
#include "compiler/policy/restated_value.hpp"

#include <algorithm>
#include <string>

namespace sbx::policy {
namespace {

/// What stands between a statement and one that is to follow: its own line with the same indentation, or a semicolon.
std::string separator_after(const Origin& statement) {
    const std::string_view before = statement.file->text().substr(0, statement.span.begin);
    const std::size_t line = before.rfind('\n') + 1;  // 0 where there is none
    const std::string_view indentation = before.substr(line);
    return indentation.find_first_not_of(" \t") == std::string_view::npos ? "\n" + std::string(indentation) : "; ";
}

}  // namespace

std::optional<Fix> restated_value(const StatementView& statement, const Origin& value, std::string_view keyword, bool safe) {
    const std::vector<SyntaxNode>& items = statement.items();
    const auto item = std::find_if(items.begin(), items.end(), [&](const SyntaxNode& each) { return each.span() == value.span; });
    const bool is_plain = std::all_of(items.begin(), items.end(), [](const SyntaxNode& each) {
        return each.kind() == SyntaxKind::path || each.kind() == SyntaxKind::string || each.kind() == SyntaxKind::variable;
    });
    const Origin origin = statement.origin();
    if (item == items.end() || item->kind() != SyntaxKind::path || !is_plain || statement.block() || statement.has_error() ||
        value.file != origin.file || value.file->text(origin.span).find(',') != std::string_view::npos) {
        return std::nullopt;
    }
    if (items.size() == 1) {
        return Fix{statement.keyword().origin(), std::string(keyword), safe};
    }
    const std::uint32_t begin = item == items.begin() ? statement.keyword().span().end : std::prev(item)->span().end;
    const std::uint32_t end = items.back().span().end;
    std::string replacement(value.file->text({value.span.end, end}));
    replacement += separator_after(origin) + std::string(keyword) + " " + std::string(item->text());
    return Fix{{value.file, {begin, end}}, std::move(replacement), safe};
}

}  // namespace sbx::policy
