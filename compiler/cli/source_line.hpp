// One line of source as it is shown: escaped, tabs expanded, and cut to a window around the place that matters if it is long. Knows
// for every byte of the line in which column it stands. Costs no more than the window, however long the line is.
#pragma once

#include "grammar/source_file.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace sbx::cli {

class SourceLine {
public:
    /// Columns shown at most, not counting the `…` at a cut.
    static constexpr std::size_t window = 120;

    /// The line on which `span` begins; as much of the span as fits is shown.
    SourceLine(const SourceFile& file, Span span);

    [[nodiscard]] const std::string& text() const { return text_; }
    /// Whether the byte at `offset` (or the end of the line) is inside the window.
    [[nodiscard]] bool shows(std::uint32_t offset) const { return offset >= first_ && offset <= last_; }
    /// The column, from 0, of the character that holds the byte at `offset`; outside the window, its nearer edge.
    [[nodiscard]] std::size_t column(std::uint32_t offset) const;

private:
    void lay_out(const SourceFile& file, Span line, std::uint32_t from);

    struct Place {
        std::uint32_t offset;
        std::size_t column;
    };
    std::string text_;
    std::vector<Place> places_;  ///< of each shown character, then of the end
    std::uint32_t first_ = 0;
    std::uint32_t last_ = 0;
};

}  // namespace sbx::cli
