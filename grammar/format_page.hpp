// The lines that the formatter writes, until their comments have a column. Assumes lines in order; guarantees text whose lines end
// with LF and have no white space at their end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::layout {

/// How a line begins. Columns count from 0. Comments of lines that follow each other at one `depth` stand below each other.
struct LineStart {
    std::uint32_t indent = 0;
    std::uint32_t depth = 0;
    bool blank_before = false;
};

class Page {
public:
    /// For a source of `bytes`.
    explicit Page(std::size_t bytes) { text_.reserve(bytes + bytes / 4); }

    void begin_line(LineStart start);
    /// Adds to the line that was begun last.
    Page& put(std::string_view text);
    /// White space up to `column`; nothing if the line is as long already.
    void pad(std::uint32_t column);
    [[nodiscard]] std::uint32_t column() const { return lines_.back().width; }
    [[nodiscard]] std::uint32_t indent() const { return lines_.back().start.indent; }
    [[nodiscard]] bool empty() const { return lines_.empty(); }

    /// A comment that stands at `source_column` of its file. It goes behind the line that was begun last if it stood there
    /// (`own_line` is false) and none does yet, and else on a line of its own that begins as `start` says; but a comment right
    /// below the one of the line before, in one column with it, goes on with that and stays below it.
    void comment(std::string_view text, std::uint32_t source_column, bool own_line, LineStart start);

    /// All of it, unless that is more than a source may have (`max_source_bytes`).
    [[nodiscard]] std::optional<std::string> finish();

private:
    struct Line {
        LineStart start;
        std::size_t begin = 0;    // in text_, up to where the next line begins
        std::uint32_t width = 0;  // in columns, with the indentation
        std::string_view comment{};
        std::uint32_t source_column = 0;
        std::uint32_t comment_column = 0;
    };

    void set_comment_columns();
    void set_comment_columns(std::size_t first, std::size_t past);

    std::string text_;
    std::vector<Line> lines_;
};

}  // namespace sbx::layout
