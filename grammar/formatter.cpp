// The style; see the header. One walk over the tree: what stands in a file or a block is read, its columns are found, and it is
// written line by line. Lines that would be too long are broken in lists and between values, one value a line.
#include "grammar/formatter.hpp"

#include "grammar/format_columns.hpp"
#include "grammar/format_page.hpp"
#include "grammar/format_source.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

namespace sbx {

namespace {

using namespace layout;

constexpr std::uint32_t step = 4;
constexpr std::uint32_t widest_indent = 60;
constexpr std::string_view empty_block = "{ }";

/// Values in a row that may stand below each other: units `[first, past)` of a statement. A list alone is one, too.
struct Run {
    std::size_t first = 0;
    std::size_t past = 0;
    std::uint32_t width = 0;  ///< on one line
    bool broken = false;
};

class Formatter {
public:
    explicit Formatter(const SyntaxTree& tree) : tree_(tree), page_(tree.file->text().size()) {}

    std::optional<std::string> all() {
        scope(0, {0, 0, false});
        return page_.finish();
    }

private:
    void scope(std::uint32_t element, LineStart start);
    void statement(const Entry& entry, const Cells& cells, LineStart start);
    [[nodiscard]] std::uint32_t begin_of(std::size_t unit, std::uint32_t column) const;
    [[nodiscard]] bool is_value(const Unit& unit) const;
    [[nodiscard]] std::vector<Run> runs() const;
    /// The column behind the last unit, if all stand on one line.
    [[nodiscard]] std::uint32_t flat_end() const;
    /// All units, the line so that `reserved` columns are left behind the last if that can be had.
    void head(std::uint32_t reserved);
    void next_line(const Unit& before, const std::vector<Comment>& comments, std::uint32_t indent);
    void unit(const Unit& unit, bool broken);
    /// On one line if `broken` is false and it fits.
    void list(std::uint32_t element, std::uint32_t depth, bool broken);
    void value(const std::vector<Entry>& entries, std::size_t index, LineStart start);
    void comment(std::uint32_t element, bool own_line, LineStart start);
    [[nodiscard]] SyntaxKind kind(std::uint32_t element) const { return tree_.elements[element].kind; }

    const SyntaxTree& tree_;
    Page page_;
    Statement statement_;  // the one that is being written, up to its block
    Cells cells_;
    LineStart start_;
};

/// The column of a place in its line, tabs going on to the next multiple of eight.
std::uint32_t visual_column(const SourceFile& file, std::uint32_t offset) {
    constexpr std::uint32_t tab = 8;
    std::uint32_t column = 0;
    for (const char c : file.text({file.line_around(offset).begin, offset})) {
        const bool begins = (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
        column = c == '\t' ? column / tab * tab + tab : column + (begins ? 1U : 0U);
    }
    return column;
}

void Formatter::comment(std::uint32_t element, bool own_line, LineStart start) {
    const std::uint32_t column = visual_column(*tree_.file, tree_.elements[element].begin);
    page_.comment(comment_text(tree_, element), column, own_line, start);
}

void Formatter::scope(std::uint32_t element, LineStart start) {
    const std::vector<Entry> entries = read_entries(tree_, element);
    const std::vector<Cells> cells = align(tree_, entries, element != 0);
    for (std::size_t i = 0; i < entries.size(); ++i) {
        start.blank_before = entries[i].blank_before;
        if (entries[i].is_comment) {
            comment(entries[i].element, entries[i].own_line, start);
        } else {
            statement(entries[i], cells[i], start);
        }
    }
}

/// Where a unit begins on the line on which the one before it ends at `column`.
std::uint32_t Formatter::begin_of(std::size_t unit, std::uint32_t column) const {
    if (unit == 0) {
        return column;
    }
    const std::size_t keyword = keyword_units(tree_, statement_);
    const std::uint32_t cell = unit == keyword ? cells_.values : unit == keyword + 1 ? cells_.second : 0;
    column += statement_.units[unit].comma ? 2 : 1;
    return cell == 0 ? column : std::max(column, start_.indent + cell);
}

bool Formatter::is_value(const Unit& unit) const {
    static constexpr std::array values = {SyntaxKind::list,        SyntaxKind::path,    SyntaxKind::variable, SyntaxKind::string,
                                          SyntaxKind::address_set, SyntaxKind::literal, SyntaxKind::pattern};
    if (unit.kind == SyntaxKind::name) {
        const std::string_view keyword = keyword_of(tree_, statement_);
        return keyword == "keep" || keyword == "accept" || keyword == "sees" || keyword == "hides";
    }
    return !unit.target && std::find(values.begin(), values.end(), unit.kind) != values.end();
}

std::uint32_t Formatter::flat_end() const {
    std::uint32_t column = start_.indent;
    for (std::size_t i = 0; i < statement_.units.size(); ++i) {
        column = begin_of(i, column) + statement_.units[i].width;
    }
    return column;
}

std::vector<Run> Formatter::runs() const {
    std::vector<Run> runs;
    const std::string_view keyword = keyword_of(tree_, statement_);
    const bool one_by_one = keyword == "file" || keyword == "param";  // what follows a value is no further one
    const auto& units = statement_.units;
    for (std::size_t at = keyword_units(tree_, statement_); at < units.size();) {
        Run run{at, at};
        while (run.past < units.size() && is_value(units[run.past]) && (run.past == at || !one_by_one)) {
            run.broken = run.broken || (run.past > at && units[run.past].comments > 0);
            run.width += units[run.past].width + 1;
            ++run.past;
        }
        if (run.past > at + 1 || (run.past > at && units[at].kind == SyntaxKind::list)) {
            runs.push_back(run);
        }
        at = std::max(run.past, at + 1);
    }
    return runs;
}

void Formatter::head(std::uint32_t reserved) {
    std::vector<Run> breakable = runs();
    if (!breakable.empty() && flat_end() + reserved > most_columns) {
        const auto narrower = [](const Run& a, const Run& b) { return a.width < b.width; };
        std::max_element(breakable.begin(), breakable.end(), narrower)->broken = true;
    }
    const std::uint32_t values = start_.indent + (cells_.values > 0 ? cells_.values : keyword_width(tree_, statement_) + 1);
    const std::uint32_t items = values <= widest_indent ? values : start_.indent + step;
    auto comments = statement_.comments.begin();
    auto run = breakable.begin();
    std::uint32_t below = items;
    for (std::size_t i = 0; i < statement_.units.size(); ++i) {
        const Unit& unit = statement_.units[i];
        if (run != breakable.end() && run->past == i) {
            ++run;
            below = items;
        }
        const bool inside = run != breakable.end() && run->first < i;
        if (unit.comments > 0 || (inside && run->broken)) {
            const auto past = comments + unit.comments;
            next_line(statement_.units[i - 1], {comments, past}, inside ? below : items);
            comments = past;
        } else if (i > 0) {
            page_.put(unit.comma ? ", " : " ");
            page_.pad(begin_of(i, page_.column() - (unit.comma ? 2 : 1)));
        }
        if (run != breakable.end() && run->first == i) {
            below = page_.column() <= widest_indent ? page_.column() : items;
            run->broken = run->broken || page_.column() + run->width > most_columns + 1;
        }
        const bool alone = run != breakable.end() && run->first == i && run->past == i + 1;
        this->unit(unit, alone && run->broken);
    }
    statement_.comments.erase(statement_.comments.begin(), comments);
}

/// Goes on with the statement on another line. Only a comma lets it, and one behind a target needs a space.
void Formatter::next_line(const Unit& before, const std::vector<Comment>& comments, std::uint32_t indent) {
    page_.put(before.target ? " ," : ",");
    const LineStart start{indent, start_.depth, false};
    for (const Comment& each : comments) {
        comment(each.element, each.own_line, start);
    }
    page_.begin_line(start);
}

void Formatter::unit(const Unit& unit, bool broken) {
    if (unit.kind == SyntaxKind::list) {
        list(unit.first, start_.depth, broken);
        return;
    }
    for (std::uint32_t at = unit.first; at <= unit.last; ++at) {
        if (!is_trivia(kind(at))) {
            page_.put(text_of(tree_, at));
        }
    }
}

void Formatter::list(std::uint32_t element, std::uint32_t depth, bool broken) {
    std::string flat;
    const std::uint32_t room = most_columns - std::min(page_.column(), most_columns);
    if (!broken && append_flat_list(tree_, element, room, flat)) {
        page_.put(flat);
        return;
    }
    const LineStart around{page_.indent(), depth, false};
    const std::vector<Entry> entries = read_entries(tree_, element);
    page_.put("[");
    LineStart start{around.indent + step, depth + 1, false};
    for (std::size_t i = 0; i < entries.size(); ++i) {
        start.blank_before = entries[i].blank_before;
        if (entries[i].is_comment) {
            comment(entries[i].element, entries[i].own_line, start);
        } else {
            value(entries, i, start);
        }
    }
    page_.begin_line(around);
    page_.put("]");
}

/// One value of a list that has a line for each; what is joined stays on a line, and has no comma beside it.
void Formatter::value(const std::vector<Entry>& entries, std::size_t index, LineStart start) {
    const std::uint32_t element = entries[index].element;
    const bool behind_value = index > 0 && !entries[index - 1].is_comment;
    std::size_t last = index;
    while (last > 0 && entries[last - 1].is_comment) {
        --last;
    }
    const SyntaxKind before = last > 0 ? kind(entries[last - 1].element) : SyntaxKind::bracket_open;
    const bool stuck = is_stuck(tree_, before, element);
    if (!behind_value || !(stuck || joins(before) || joins(kind(element)))) {
        page_.begin_line(start);
    } else {
        page_.put(stuck ? "" : " ");
    }
    if (kind(element) == SyntaxKind::list) {
        list(element, start.depth, false);
    } else {
        page_.put(text_of(tree_, element));
    }
    std::size_t next = index + 1;
    while (next < entries.size() && entries[next].is_comment) {
        ++next;
    }
    const bool goes_on =
        next < entries.size() && (joins(kind(entries[next].element)) || is_stuck(tree_, kind(element), entries[next].element));
    if (!goes_on && !joins(kind(element)) && before != SyntaxKind::arrow) {
        page_.put(",");
    }
}

void Formatter::statement(const Entry& entry, const Cells& cells, LineStart start) {
    read_statement(tree_, entry.element, statement_);
    cells_ = cells;
    start_ = start;
    page_.begin_line(start);
    const std::uint32_t block_element = statement_.block;
    std::string flat;
    const std::uint32_t end = flat_end() + 1;
    const bool commented = !statement_.comments.empty();
    const bool small = block_element != 0 && !commented && end <= most_columns &&
                       append_flat_block(tree_, block_element, most_columns - end, flat);
    // A block of the file has its lines, however few they are.
    if (block_element == 0 || (small && (start.depth > 0 || flat == empty_block))) {
        head(0);
        page_.put(flat.empty() ? "" : " ").put(flat);
        return;
    }
    head(2);
    page_.put(" {");
    const LineStart inside{start.indent + step, start.depth + 1, false};
    for (const Comment& each : statement_.comments) {
        comment(each.element, each.own_line, inside);
    }
    scope(block_element, inside);
    page_.begin_line({start.indent, start.depth, false});
    page_.put("}");
}

}  // namespace

std::optional<std::string> formatted(const SyntaxTree& tree) {
    return Formatter(tree).all();
}

}  // namespace sbx
