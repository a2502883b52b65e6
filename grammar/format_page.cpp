// Lines and the columns of their comments; see the header. Comments stand at stops, so that they seldom move when a line does.
#include "grammar/format_page.hpp"

#include "grammar/format_source.hpp"
#include "grammar/parser.hpp"

#include <algorithm>
#include <utility>

namespace sbx::layout {

namespace {

constexpr std::uint32_t first_stop = 36;
constexpr std::uint32_t stop_width = 12;
constexpr std::uint32_t last_stop = 60;
/// Between a line and its comment.
constexpr std::uint32_t gap = 2;

}  // namespace

void Page::begin_line(LineStart start) {
    start.blank_before = start.blank_before && !lines_.empty();
    lines_.push_back({start, text_.size(), start.indent});
}

Page& Page::put(std::string_view text) {
    text_.append(text);
    lines_.back().width += columns(text);
    return *this;
}

void Page::pad(std::uint32_t column) {
    Line& line = lines_.back();
    if (line.width < column) {
        text_.append(column - line.width, ' ');
        line.width = column;
    }
}

void Page::comment(std::string_view text, std::uint32_t source_column, bool own_line, LineStart start) {
    if (!own_line && !lines_.empty() && lines_.back().comment.empty()) {
        lines_.back().comment = text;
        lines_.back().source_column = source_column;
        return;
    }
    const bool goes_on = own_line && !start.blank_before && !lines_.empty() && !lines_.back().comment.empty() &&
                         lines_.back().source_column == source_column && lines_.back().width + gap <= last_stop;
    if (goes_on) {
        start = lines_.back().start;
        start.blank_before = false;
        begin_line(start);
        // Only a line that has one behind it passes its column on; that of a comment alone on its line is its indentation.
        lines_.back().source_column = source_column;
    } else {
        begin_line(start);
        lines_.back().source_column = UINT32_MAX;
    }
    lines_.back().comment = text;
}

void Page::set_comment_columns(std::size_t first, std::size_t past) {
    const auto behind_text = [&](const Line& line) { return !line.comment.empty() && line.source_column != UINT32_MAX; };
    std::uint32_t column = first_stop;
    for (std::size_t i = first; i < past; ++i) {
        while (behind_text(lines_[i]) && lines_[i].width + gap > column && lines_[i].width + gap <= last_stop) {
            column += stop_width;
        }
    }
    for (std::size_t i = first; i < past; ++i) {
        Line& line = lines_[i];
        line.comment_column = behind_text(line) ? std::max(column, line.width + gap) : line.start.indent;
    }
}

void Page::set_comment_columns() {
    for (std::size_t first = 0; first < lines_.size();) {
        std::size_t past = first + 1;
        while (past < lines_.size() && !lines_[past].start.blank_before && lines_[past].start.depth == lines_[first].start.depth) {
            ++past;
        }
        set_comment_columns(first, past);
        first = past;
    }
}

std::optional<std::string> Page::finish() {
    set_comment_columns();
    std::string out;
    out.reserve(text_.size() + text_.size() / 2);
    for (std::size_t i = 0; i < lines_.size() && out.size() <= max_source_bytes; ++i) {
        const Line& line = lines_[i];
        const std::size_t end = i + 1 < lines_.size() ? lines_[i + 1].begin : text_.size();
        const bool has_text = end > line.begin;
        out.append(line.start.blank_before ? 1U : 0U, '\n');
        if (has_text) {
            out.append(line.start.indent, ' ').append(text_, line.begin, end - line.begin);
        }
        if (!line.comment.empty()) {
            out.append(line.comment_column - (has_text ? line.width : 0), ' ').append(line.comment);
        }
        out += '\n';
    }
    return out.size() <= max_source_bytes ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace sbx::layout
