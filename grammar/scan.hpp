// From bytes to one token: the lexical table of the language reference, by first character. Assumes that `place.at` is not the end,
// nor at white space, a line end, a comment, or the beginning of a list; guarantees a token of at least one byte, in time linear in
// its length and in that of its line.
#pragma once

#include "grammar/token.hpp"

namespace sbx {

[[nodiscard]] Token scan_token(const Place& place);

/// Whether the `;` at `at` ends a statement: white space, the end of the line or of the file, or `}` follows.
[[nodiscard]] bool semicolon_ends_statement(const char* at, const char* end);

/// The end of `[ADDRESS]:PORT`, whose `[` is at `bracket`; null if it is the beginning of a list.
[[nodiscard]] const char* endpoint_end(const char* bracket, const char* end);

/// The first LF, or CR that an LF follows, at or after `at`; `end` if there is none.
[[nodiscard]] const char* find_line_end(const char* at, const char* end);

}  // namespace sbx
