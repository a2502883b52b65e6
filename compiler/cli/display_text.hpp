// Text as it may reach a terminal. Input is any bytes; output is valid UTF-8 in which nothing moves the cursor, changes colours,
// reorders or hides what stands beside it: such characters appear as the escapes that the language has for them (R-CMP-08).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sbx::cli {

/// The first character of a text, or its first byte if that begins none.
struct DisplayUnit {
    std::uint32_t bytes = 1;  ///< how many it takes up in the text
    char32_t code_point = 0;
    bool valid = true;  ///< false: one byte that is no UTF-8
};
/// `text` is not empty.
[[nodiscard]] DisplayUnit first_unit(std::string_view text);

/// What is shown for the unit at the start of `text`: itself, or `\t`, `\x1b`, `\u{202e}`, and `\xff` for an invalid byte.
[[nodiscard]] std::string displayed(std::string_view text, const DisplayUnit& unit);
/// The same for a whole text: one line, whatever it holds.
[[nodiscard]] std::string displayed(std::string_view text);

/// Columns that a terminal gives to one character: 2 for East Asian wide ones and emoji, 0 for combining marks, else 1 (Unicode 15,
/// UAX #11). For characters that are shown as themselves.
[[nodiscard]] std::uint32_t column_width(char32_t code_point);
/// Columns of text made by displayed().
[[nodiscard]] std::size_t display_width(std::string_view text);

}  // namespace sbx::cli
