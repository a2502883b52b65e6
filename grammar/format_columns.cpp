// Columns; see the header. What is longer than a column may be wide stands in no column, so padding is bounded for any source.
#include "grammar/format_columns.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace sbx::layout {

namespace {

constexpr std::uint32_t widest_keyword = 24;
constexpr std::uint32_t widest_cell = 40;

/// What the column behind the first value is about.
enum class Column : std::uint8_t { none, verb, arrow, equals, as, contents };
constexpr std::size_t column_kinds = 6;

struct Row {
    std::uint32_t keyword = 0;  // 0: not aligned
    std::uint32_t cell = 0;
    Column column = Column::none;
};

bool is_expectation(std::string_view keyword) {
    return keyword == "allowed" || keyword == "denied" || keyword == "never";
}

Column column_of(const SyntaxTree& tree, const Statement& statement, std::size_t first) {
    if (statement.units.size() < first + 2) {
        return Column::none;
    }
    const std::string_view keyword = keyword_of(tree, statement);
    const Unit& next = statement.units[first + 1];
    if (is_expectation(keyword)) {
        return statement.units[first].kind == SyntaxKind::name ? Column::verb : Column::none;
    }
    if (next.kind == SyntaxKind::arrow || next.kind == SyntaxKind::equals) {
        return next.kind == SyntaxKind::arrow ? Column::arrow : Column::equals;
    }
    if (next.kind == SyntaxKind::name && text_of(tree, next.first) == "as") {
        return Column::as;
    }
    return keyword == "file" && next.kind == SyntaxKind::string ? Column::contents : Column::none;
}

Row row_of(const SyntaxTree& tree, const Statement& statement, bool in_block) {
    Row row;
    const std::size_t first = keyword_units(tree, statement);
    const std::string_view keyword = keyword_of(tree, statement);
    if (statement.units.size() == first || (!in_block && keyword != "let" && keyword != "param")) {
        return row;
    }
    const std::uint32_t width = keyword_width(tree, statement);
    row.keyword = width <= widest_keyword ? width : 0;
    const Column column = in_block ? column_of(tree, statement, first) : Column::none;
    if (column != Column::none && statement.units[first].width <= widest_cell && row.keyword > 0) {
        row.column = column;
        row.cell = statement.units[first].width;
    }
    return row;
}

}  // namespace

std::size_t keyword_units(const SyntaxTree& tree, const Statement& statement) {
    const bool is_final = statement.units.size() > 1 && text_of(tree, statement.units.front().first) == "final";
    return is_final ? 2 : 1;
}

std::string_view keyword_of(const SyntaxTree& tree, const Statement& statement) {
    return text_of(tree, statement.units[keyword_units(tree, statement) - 1].first);
}

std::uint32_t keyword_width(const SyntaxTree& tree, const Statement& statement) {
    const std::uint32_t width = statement.units.front().width;
    return keyword_units(tree, statement) == 2 ? width + 1 + statement.units[1].width : width;
}

std::vector<Cells> align(const SyntaxTree& tree, const std::vector<Entry>& entries, bool in_block) {
    std::vector<Row> rows(entries.size());
    Statement statement;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (!entries[i].is_comment) {
            read_statement(tree, entries[i].element, statement);
            rows[i] = row_of(tree, statement, in_block);
        }
    }
    const auto keyword_before = [](std::uint32_t widest, const Row& row) { return std::max(widest, row.keyword); };
    std::uint32_t keyword = std::accumulate(rows.begin(), rows.end(), 0U, keyword_before);
    std::vector<Cells> cells(entries.size());
    for (std::size_t first = 0; first < entries.size();) {
        std::array<std::uint32_t, column_kinds> widest{};
        std::size_t past = first;
        do {
            std::uint32_t& cell = widest[static_cast<std::size_t>(rows[past].column)];
            cell = std::max(cell, rows[past].cell);
            ++past;
        } while (past < entries.size() && !entries[past].blank_before);
        const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(first);
        const auto end = rows.begin() + static_cast<std::ptrdiff_t>(past);
        keyword = in_block ? keyword : std::accumulate(begin, end, 0U, keyword_before);
        for (; first < past; ++first) {
            const Row& row = rows[first];
            cells[first].values = row.keyword == 0 ? 0 : keyword + 1;
            cells[first].second =
                row.column == Column::none ? 0 : cells[first].values + widest[static_cast<std::size_t>(row.column)] + 1;
        }
    }
    return cells;
}

}  // namespace sbx::layout
