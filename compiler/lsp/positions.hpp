// Places as editors count them: lines from 0, which end with LF, CR LF or CR, and in a line the units of the encoding that was
// agreed upon. Assumes any text; guarantees that every place of a client's is one in the text, at the start of a character.
#pragma once

#include "compiler/lsp/json.hpp"
#include "grammar/source_file.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace sbx::lsp {

/// `PositionEncodingKind` of the protocol: bytes, or 16-bit units, of which a character beyond U+FFFF takes two.
enum class PositionEncoding : std::uint8_t { utf8, utf16 };
[[nodiscard]] std::string_view to_text(PositionEncoding encoding);

struct Position {
    std::uint32_t line = 0;
    std::uint32_t character = 0;
    friend bool operator==(const Position&, const Position&) = default;
};
/// std::out_of_range or nlohmann's exceptions where it is none.
[[nodiscard]] Position read_position(const Json& value);

class PositionMap {
public:
    /// `text` outlives the map.
    PositionMap(std::string_view text, PositionEncoding encoding);

    /// Of a byte of the text, or its end. What is no UTF-8 counts one unit a byte.
    [[nodiscard]] Position position(std::uint32_t offset) const;
    /// What lies behind the end of a line is the end of the line; behind the last line, the end of the text.
    [[nodiscard]] std::uint32_t offset(Position position) const;
    [[nodiscard]] Json range(Span span) const;
    /// The byte at which a line begins.
    [[nodiscard]] std::uint32_t line_start(std::uint32_t line) const;

private:
    struct Line {
        std::uint32_t begin = 0;
        std::uint32_t end = 0;  ///< without its line end
        bool is_ascii = true;
    };
    std::string_view text_;
    PositionEncoding encoding_;
    std::vector<Line> lines_;
};

/// The place in the text without a map of it: for one change after the other.
[[nodiscard]] std::size_t offset_in(std::string_view text, Position position, PositionEncoding encoding);

}  // namespace sbx::lsp
