// The bytes of a file, judged before it is parsed: UTF-8, control characters, characters that make text read otherwise than it is.
// Assumes nothing; guarantees that a file with none of these costs one fast pass, and that the parser need not look again.
#pragma once

#include "grammar/source_file.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

/// One code point as it stands in a text. `value` is meaningless unless `valid`; `length` is at least 1.
struct CodePoint {
    char32_t value = 0;
    std::uint32_t length = 1;
    bool valid = false;
};

/// Decodes strictly (RFC 3629: no surrogates, no overlong forms, nothing over U+10FFFF). `text` is not empty.
[[nodiscard]] CodePoint decode_utf8(std::string_view text);
/// Nothing is appended for a value that is no scalar value.
void append_utf8(std::string& text, char32_t value);
[[nodiscard]] bool is_scalar_value(char32_t value);
/// `U+202E`.
[[nodiscard]] std::string code_point_name(char32_t value);

/// Reorders or hides what surrounds it when shown: bidirectional controls, invisible characters, foreign line separators.
[[nodiscard]] bool misleads(char32_t value);
[[nodiscard]] bool is_bidirectional_control(char32_t value);

enum class EncodingProblem : std::uint8_t { byte_order_mark, not_utf8, nul, misleading, control_character, lone_return };

/// `count` is how often the problem occurs, for those that are reported once a file.
struct EncodingMistake {
    EncodingProblem problem{};
    Span span;
    char32_t value = 0;
    std::uint32_t count = 1;
};

/// All mistakes, sorted by place; at most one of byte_order_mark, not_utf8 and nul together, one control_character and one
/// lone_return; of misleading at most `limit`.
[[nodiscard]] std::vector<EncodingMistake> check_encoding(std::string_view text, std::size_t limit);

}  // namespace sbx
