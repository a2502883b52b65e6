// What the text of a `string` leaf stands for, and the way back. Assumes bytes; guarantees to be total: what the parser has refused
// is taken as it stands.
#pragma once

#include "grammar/source_file.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

/// A part of a string: bytes with the escapes replaced, or the name inside `${…}`.
struct StringPiece {
    bool is_reference = false;
    std::string value;
    Span span;  ///< within the file; of a reference with its `${` and `}`

    friend bool operator==(const StringPiece&, const StringPiece&) = default;
};

/// `literal` is the leaf's text with its quotes, which begins at `offset` in its file. Pieces are in order and tile what is between
/// the quotes; an empty string has none; two literal pieces never meet. Bad escapes are kept as they stand.
[[nodiscard]] std::vector<StringPiece> decode_string(std::string_view literal, std::uint32_t offset);

/// The string form of `bytes`, with its quotes: decode_string gives `bytes` back, unless they hold what no string can say (NUL, or
/// what is not UTF-8), in whose place stands U+FFFD.
[[nodiscard]] std::string quote_string(std::string_view bytes);

/// One escape sequence or reference, at the start of `text`.
struct StringEscape {
    enum class Form : std::uint8_t { plain, reference, bad };
    Form form = Form::bad;
    std::size_t length = 1;  ///< bytes of `text` that it takes, at least 1; of a bad one what a message should point at
    std::string value;       ///< bytes (plain) or name (reference)
};
/// `text` begins with `\` or `$`. A `$` that no `{` follows is plain.
[[nodiscard]] StringEscape scan_escape(std::string_view text);

}  // namespace sbx
