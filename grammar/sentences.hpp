// The mistakes that need no more than a sentence, for messages.cpp alone: what is wrong, what to write, and the edit if there is
// one.
#pragma once

#include "grammar/token.hpp"

#include <array>

namespace sbx {

struct Sentence {
    Mistake mistake;
    const char* message;
    const char* help;
    const char* replacement;  ///< of the caret's text; null if there is no edit
    bool safe;
};

inline constexpr auto sentences = std::to_array<Sentence>({
    {Mistake::text_after_string, "text directly after a string", "put white space between the two", nullptr, false},
    {Mistake::quote_in_word, "`\"` in the middle of a word", "put white space before the string, or the whole into it", nullptr,
     false},
    {Mistake::misplaced_star, "`*` stands only alone or at the end of a name, as in `LC_*`", "remove it: nothing else is expanded",
     nullptr, false},
    {Mistake::misplaced_question, "`?` stands only directly behind a path", "to make a path optional, write `/the/path?`", nullptr,
     false},
    {Mistake::misplaced_at, "`@` begins the name of a set, as in `@private`",
     "write one of the sets; text with `@` in it is written as a string", nullptr, false},
    {Mistake::text_after_variable, "text directly after a variable",
     "only `/` may follow; anything else is written as a string: `\"${name}…\"`", nullptr, false},
    {Mistake::foreign_comment, "this is no comment", "comments begin with `#`", "#", true},
    {Mistake::comment_without_space, "`#` begins a comment only at the start of a line or after white space",
     "put white space before it", " #", true},
    {Mistake::semicolon_without_space, "`;` ends a statement only if white space follows", "put white space after it", "; ", false},
    {Mistake::comma_without_value, "`,` without a value before it", "remove it: a comma stands between two values", "", true},
    {Mistake::fat_arrow, "`=>` is no arrow", "write `->`", "->", true},
    {Mistake::double_equals, "`==` has no meaning", "write `=`", "=", true},
    {Mistake::colon_equals, "`:=` has no meaning", "write `let NAME = VALUE`, or `param NAME: TYPE = DEFAULT`", nullptr, false},
    {Mistake::lone_colon, "`:` stands only directly behind a name", "write `param NAME: TYPE`", nullptr, false},
    {Mistake::single_quotes, "strings are not written with this quote", "write `\"…\"`", nullptr, false},
    {Mistake::line_continuation, "`\\` does not continue a line",
     "a list goes on in the next line after a comma, and anywhere inside `[ ]`", nullptr, false},
    {Mistake::block_without_keyword, "a block without a statement before it", "write the keyword in front of `{`, on the same line",
     nullptr, false},
});

}  // namespace sbx
