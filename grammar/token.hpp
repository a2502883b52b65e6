// One token as it was found: what it is, where it ends, and the mistake in it if there is one. A token with a mistake becomes an
// error leaf; its mistake becomes a diagnostic (messages.hpp).
#pragma once

#include "grammar/syntax_tree.hpp"

#include <cstdint>

namespace sbx {

enum class Mistake : std::uint8_t {
    none,
    unterminated_string,
    bad_escape,
    text_after_string,
    quote_in_word,
    glob_in_path,
    character_in_path,
    misplaced_star,
    misplaced_question,
    misplaced_dollar,
    misplaced_at,
    text_after_variable,
    foreign_comment,
    comment_without_space,
    semicolon_without_space,
    comma_without_value,
    fat_arrow,
    double_equals,
    colon_equals,
    lone_colon,
    single_quotes,
    line_continuation,
    lookalike,
    unexpected_character,
    stray_brace,
    stray_bracket,
    block_without_keyword,
    nested_too_deep
};

/// Pointers go into the text that is scanned. `[at, to)` is what a message about the mistake points at, inside the token.
struct Token {
    SyntaxKind kind = SyntaxKind::error;
    const char* end = nullptr;
    Mistake mistake = Mistake::none;
    const char* at = nullptr;
    const char* to = nullptr;
};

/// Where a token is looked for. `last` is the last leaf of the statement that is not trivia, `file` if there is none; `adjacent`
/// says that it ends here.
struct Place {
    const char* at = nullptr;
    const char* end = nullptr;
    SyntaxKind last = SyntaxKind::file;
    bool adjacent = false;
    bool in_list = false;
};

}  // namespace sbx
