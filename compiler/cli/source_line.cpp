// Laying out one line of source for display; see the header.
#include "compiler/cli/source_line.hpp"

#include "compiler/cli/display_text.hpp"

#include <algorithm>
#include <iterator>

namespace sbx::cli {
namespace {

constexpr std::size_t tab_width = 4;
/// Bytes kept before the span in a line that is cut; fewer where they take so much room that the span would be outside. A byte
/// takes at most four columns (`\xHH`, a tab).
constexpr std::uint32_t lead_in = 40;
constexpr std::uint32_t short_lead_in = 24;
static_assert(std::size_t{short_lead_in} * 4 < SourceLine::window);

/// Where a character begins, at most that many bytes before `offset`.
std::uint32_t start_before(const SourceFile& file, std::uint32_t line_begin, std::uint32_t offset, std::uint32_t bytes) {
    std::uint32_t from = offset - line_begin > bytes ? offset - bytes : line_begin;
    // At most three continuation bytes: then a character begins.
    for (int i = 0; i < 3 && from > line_begin && (static_cast<unsigned char>(file.text()[from]) & 0xC0U) == 0x80U; ++i) {
        ++from;
    }
    return from;
}

}  // namespace

SourceLine::SourceLine(const SourceFile& file, Span span) {
    const Span line = file.line_around(span.begin);
    // A window's worth of bytes before the span can always be tried from the start of the line; further away it cannot fit.
    if (span.begin - line.begin <= window) {
        lay_out(file, line, line.begin);
        if (shows(std::min(span.end, line.end))) {
            return;
        }
    }
    lay_out(file, line, start_before(file, line.begin, span.begin, lead_in));
    if (!shows(span.begin)) {
        lay_out(file, line, start_before(file, line.begin, span.begin, short_lead_in));
    }
}

void SourceLine::lay_out(const SourceFile& file, Span line, std::uint32_t from) {
    text_ = from > line.begin ? "…" : "";
    places_.clear();
    std::size_t column = from > line.begin ? 1 : 0;
    const std::size_t end_column = column + window;
    std::uint32_t offset = from;
    while (offset < line.end && column < end_column) {
        const std::string_view rest = file.text().substr(offset, line.end - offset);
        const DisplayUnit unit = first_unit(rest);
        places_.push_back({offset, column});
        const bool tab = unit.code_point == '\t';
        const std::string shown = tab ? std::string(tab_width - column % tab_width, ' ') : displayed(rest, unit);
        text_ += shown;
        column += display_width(shown);
        offset += unit.bytes;
    }
    places_.push_back({offset, column});
    if (offset < line.end) {
        text_ += "…";
    }
    first_ = from;
    last_ = offset;
}

std::size_t SourceLine::column(std::uint32_t offset) const {
    const auto after =
        std::upper_bound(places_.begin(), places_.end(), offset, [](std::uint32_t o, const Place& p) { return o < p.offset; });
    return after == places_.begin() ? places_.front().column : std::prev(after)->column;
}

}  // namespace sbx::cli
