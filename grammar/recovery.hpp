// How far a mistake goes: where the error leaf ends, so that one mistake is one message and parsing goes on behind it. Used only
// when something is wrong; nothing here is on the hot path.
#pragma once

#include "grammar/token.hpp"

#include <optional>
#include <string_view>

namespace sbx {

/// A bare path that has a byte at `bad` that it can't have.
[[nodiscard]] Token broken_path(const char* bad, const Place& place);
/// `/usr/{lib,bin}`: `brace` points at a `{` right behind a path. Null unless it is such a thing; otherwise its end.
[[nodiscard]] const char* brace_expansion_end(const char* brace, const char* end);
/// ASCII that begins no token.
[[nodiscard]] Token misplaced_character(const Place& place);
/// The block or list at `place`, which is too deep, up to its closer.
[[nodiscard]] Token skipped_nest(const Place& place);
/// The end of what is stuck to a word or string: up to white space or a delimiter; quotes are taken along.
[[nodiscard]] const char* stuck_text_end(const char* at, const char* end);

/// What the user probably meant by a character that looks like ASCII punctuation and is not.
[[nodiscard]] std::optional<std::string_view> lookalike(char32_t value);
/// A mistake if `[begin, run_end)` holds such a character.
[[nodiscard]] std::optional<Token> find_lookalike(const char* begin, const char* run_end, const char* end);

/// A word that, at the beginning of a line, very likely opens a statement of the file itself.
[[nodiscard]] bool opens_top_level_statement(std::string_view word);

}  // namespace sbx
