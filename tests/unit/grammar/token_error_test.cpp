// Every mistake inside a token, with exactly what is said about it: code, place, message, labels, help.
#include "tests/unit/grammar/parse_support.hpp"

#include <gtest/gtest.h>
#include <string>
#include <string_view>

namespace sbx {
namespace {

using testing::Parsed;
using namespace std::string_view_literals;

struct MistakenToken {
    const char* claim;
    std::string_view text;
    const char* report;
};

std::string token_claim(const ::testing::TestParamInfo<MistakenToken>& test) {
    return test.param.claim;
}

class TokenErrors : public ::testing::TestWithParam<MistakenToken> {};

TEST_P(TokenErrors, AreSaidAsTheyAre) {
    const Parsed parsed{std::string(GetParam().text)};
    EXPECT_EQ(parsed.report(), GetParam().report);
    EXPECT_EQ(testing::broken_law(parsed.tree(), true), "");
}

const MistakenToken strings[] = {
    {"UnterminatedStringPointsAtItsOpeningQuote",
     "file /x \"no end\n"
     "read /a\n"sv,
     "SBX-S004 1:9 the string has no closing quote on its line\n"
     "  help close it before the end of the line; a line break inside is written `\\n`\n"},
    {"UnknownEscapePointsAtTheEscape", "x \"a\\qb\"\n"sv,
     "SBX-S005 1:5 `\\q` is no escape\n"
     "  help the escapes are `\\\\` `\\\"` `\\n` `\\t` `\\xHH` (01 to 7F) and `\\u{H…}`\n"
     "  help for a backslash itself, write `\\\\`\n"},
    {"EveryBadEscapeOfAStringIsSaid", "x \"\\q\" \"\\x0\" \"\\x80 \\x00\" \"\\u{D800}\" \"\\u12\" \"\\u{0}\"\n"sv,
     "SBX-S005 1:4 `\\q` is no escape\n"
     "  help the escapes are `\\\\` `\\\"` `\\n` `\\t` `\\xHH` (01 to 7F) and `\\u{H…}`\n"
     "  help for a backslash itself, write `\\\\`\n"
     "SBX-S005 1:9 `\\x0` lacks a digit: `\\x` takes two hexadecimal ones\n"
     "  help the escapes are `\\\\` `\\\"` `\\n` `\\t` `\\xHH` (01 to 7F) and `\\u{H…}`\n"
     "SBX-S005 1:15 `\\x80` is over 7F\n"
     "  help for the character U+0080, write `\\u{80}`\n"
     "SBX-S005 1:20 `\\x00` is NUL, which no string can hold\n"
     "  help remove it: names of files, arguments and variables end where a NUL stands\n"
     "SBX-S005 1:27 `\\u{D800}` is no character: `\\u` takes one to six hexadecimal digits in braces, at most 10FFFF\n"
     "  help the escapes are `\\\\` `\\\"` `\\n` `\\t` `\\xHH` (01 to 7F) and `\\u{H…}`\n"
     "SBX-S005 1:38 `\\u` is no character: `\\u` takes one to six hexadecimal digits in braces, at most 10FFFF\n"
     "  help the escapes are `\\\\` `\\\"` `\\n` `\\t` `\\xHH` (01 to 7F) and `\\u{H…}`\n"
     "SBX-S005 1:45 `\\u{0}` is NUL, which no string can hold\n"
     "  help remove it: names of files, arguments and variables end where a NUL stands\n"},
    {"BackslashAtTheLineEndLeavesTheStringOpen", "x \"a\\\n"sv,
     "SBX-S004 1:3 the string has no closing quote on its line\n"
     "  help close it before the end of the line; a line break inside is written `\\n`\n"},
    {"MalformedReferenceIsABadEscape", "x \"${1a}\" \"${\" \"${a b}\"\n"sv,
     "SBX-S005 1:4 `${1a}` does not name a variable\n"
     "  help write `${name}` with the name of a `let` or a `param`\n"
     "  help for the characters `${` themselves, write `\\x24{`\n"
     "SBX-S005 1:12 `${` does not name a variable\n"
     "  help write `${name}` with the name of a `let` or a `param`\n"
     "  help for the characters `${` themselves, write `\\x24{`\n"
     "SBX-S005 1:17 `${a` does not name a variable\n"
     "  help write `${name}` with the name of a `let` or a `param`\n"
     "  help for the characters `${` themselves, write `\\x24{`\n"},
    {"TextAfterAString", "x \"a\"b \"c\"d\"e f\"g\n"sv,
     "SBX-S003 1:6 text directly after a string\n"
     "  help put white space between the two\n"
     "SBX-S003 1:11 text directly after a string\n"
     "  help put white space between the two\n"},
    {"QuoteInAWord", "x abc\"d e\" f\n"sv,
     "SBX-S003 1:6 `\"` in the middle of a word\n"
     "  help put white space before the string, or the whole into it\n"},
    {"SingleQuotes", "x 'a b' `c d`\n"sv,
     "SBX-S003 1:3 strings are not written with this quote\n"
     "  help write `\"…\"`\n"
     "SBX-S003 1:9 strings are not written with this quote\n"
     "  help write `\"…\"`\n"},
    {"SmartQuoteBeforeAnArrow", "x a“->b\n"sv,
     "SBX-S003 1:4 `“` (U+201C) is not `\"`\n"
     "  help strings are written with plain quotes: `\"…\"`\n"},
    {"SmartQuotesAreTakenAsOneMistake", "x “a b” c\n"sv,
     "SBX-S003 1:3 `“` (U+201C) is not `\"`\n"
     "  help strings are written with plain quotes: `\"…\"`\n"},
};
INSTANTIATE_TEST_SUITE_P(Strings, TokenErrors, ::testing::ValuesIn(strings), token_claim);

const MistakenToken paths[] = {
    {"StarInAPath", "read /srv/*/x\n"sv,
     "SBX-F008 1:11 `*` in a path: nothing expands it\n"
     "  help write the directory itself: `/srv`\n"
     "  help if the name really holds `*`, write the path as a string: `\"/srv/*/x\"`\n"},
    {"StarRightBelowTheRoot", "read /*\n"sv,
     "SBX-F008 1:7 `*` in a path: nothing expands it\n"
     "  help write each directory that is meant\n"
     "  help if the name really holds `*`, write the path as a string: `\"/*\"`\n"},
    {"BracketsInAPath", "read /srv/a[0-9].txt\n"sv,
     "SBX-F008 1:12 `[` in a path: nothing expands it\n"
     "  help write the directory itself: `/srv`\n"
     "  help if the name really holds `[`, write the path as a string: `\"/srv/a[0-9].txt\"`\n"},
    {"QuestionInTheMiddleOfAPath", "read /srv/a?b /srv/c??\n"sv,
     "SBX-F008 1:12 `?` in a path: nothing expands it\n"
     "  help write the directory itself: `/srv`\n"
     "  help if the name really holds `?`, write the path as a string: `\"/srv/a?b\"`\n"
     "SBX-F008 1:21 `?` in a path: nothing expands it\n"
     "  help write the directory itself: `/srv`\n"
     "  help if the name really holds `?`, write the path as a string: `\"/srv/c??\"`\n"},
    {"BraceExpansion", "read /usr/{lib,bin}/x\n"sv,
     "SBX-F008 1:11 `{` in a path: nothing expands it\n"
     "  help write the directory itself: `/usr`\n"
     "  help if the name really holds `{`, write the path as a string: `\"/usr/{lib,bin}/x\"`\n"},
    {"GlobInAList", "x [/a*, /b]\n"sv,
     "SBX-F008 1:6 `*` in a path: nothing expands it\n"
     "  help write each directory that is meant\n"
     "  help if the name really holds `*`, write the path as a string: `\"/a*\"`\n"},
    {"HashInAPath", "read /a#b\n"sv,
     "SBX-S003 1:8 `#` can't stand in a bare path\n"
     "  help write the path as a string: `\"/a#b\"`\n"
     "  help or, to begin a comment here, put white space before the `#`\n"},
    {"SemicolonInAPath", "read /a;read /b\n"sv,
     "SBX-S003 1:8 `;` can't stand in a bare path\n"
     "  help write the path as a string: `\"/a;read\"`\n"
     "  help or, to end the statement here, put white space after the `;`\n"},
    {"QuoteInAPath", "read /a\"b c\"d e\n"sv,
     "SBX-S003 1:8 `\"` can't stand in a bare path\n"
     "  help write the path as a string: `\"/a\\\"b c\\\"d\"`\n"},
    {"BackslashInAPath", "read /a\\ b /c\\d\n"sv,
     "SBX-S003 1:8 `\\` can't stand in a bare path\n"
     "  help write the path as a string: `\"/a b\"`\n"
     "SBX-S003 1:14 `\\` can't stand in a bare path\n"
     "  help write the path as a string: `\"/c\\\\d\"`\n"},
    {"VariableInTheMiddleOfAPath", "read /home/$USER/x /home/${USER}\n"sv,
     "SBX-S003 1:12 `$` in the middle of a path: a variable may only open one\n"
     "  help write the path as a string: `\"/home/${USER}/x\"`\n"
     "SBX-S003 1:26 `$` in the middle of a path: a variable may only open one\n"
     "  help write the path as a string: `\"/home/${USER}\"`\n"},
    {"ClosingBracketInAPath", "read /a]b\n"sv,
     "SBX-S003 1:8 `]` can't stand in a bare path\n"
     "  help write the path as a string: `\"/a]b\"`\n"},
    {"FullWidthCommaInAPath", "read /usr，/lib\n"sv,
     "SBX-S003 1:10 `，` (U+FF0C) is not `,`\n"
     "  help write `,`\n"
     "  help if the path really holds it, write the path as a string: `\"/usr，/lib\"`\n"},
    {"QuestionNotBehindAPath", "read ? a? /b ?\n"sv,
     "SBX-S003 1:6 `?` stands only directly behind a path\n"
     "  help to make a path optional, write `/the/path?`\n"
     "SBX-S003 1:9 `?` stands only directly behind a path\n"
     "  help to make a path optional, write `/the/path?`\n"
     "SBX-S003 1:14 `?` stands only directly behind a path\n"
     "  help to make a path optional, write `/the/path?`\n"},
};
INSTANTIATE_TEST_SUITE_P(Paths, TokenErrors, ::testing::ValuesIn(paths), token_claim);

const MistakenToken words[] = {
    {"ForeignComments",
     "// one\n"
     "/* two */\n"
     "read /a // three\n"
     "read /a //; four\n"
     "read //, five\n"sv,
     "SBX-S003 1:1 this is no comment\n"
     "  help comments begin with `#`\n"
     "SBX-S003 2:1 this is no comment\n"
     "  help comments begin with `#`\n"
     "SBX-S003 3:9 this is no comment\n"
     "  help comments begin with `#`\n"
     "SBX-S003 4:9 this is no comment\n"
     "  help comments begin with `#`\n"
     "SBX-S003 5:6 this is no comment\n"
     "  help comments begin with `#`\n"},
    {"HashWithoutSpace",
     "read \"a\"#b\n"
     "c {#d\n"
     "}\n"sv,
     "SBX-S003 1:9 `#` begins a comment only at the start of a line or after white space\n"
     "  help put white space before it\n"
     "SBX-S003 2:4 `#` begins a comment only at the start of a line or after white space\n"
     "  help put white space before it\n"},
    {"FatArrow", "symlink /a => b*c\n"sv,
     "SBX-S003 1:12 `=>` is no arrow\n"
     "  help write `->`\n"},
    {"DoubleEquals", "set A == \"b\"\n"sv,
     "SBX-S003 1:7 `==` has no meaning\n"
     "  help write `=`\n"},
    {"ColonEquals", "let a := 5\n"sv,
     "SBX-S003 1:7 `:=` has no meaning\n"
     "  help write `let NAME = VALUE`, or `param NAME: TYPE = DEFAULT`\n"},
    {"LoneColon",
     ": x\n"
     "y 5 :\n"
     "z 5 :-> a\n"sv,
     "SBX-S003 1:1 `:` stands only directly behind a name\n"
     "  help write `param NAME: TYPE`\n"
     "SBX-S003 2:5 `:` stands only directly behind a name\n"
     "  help write `param NAME: TYPE`\n"
     "SBX-S003 3:5 `:` stands only directly behind a name\n"
     "  help write `param NAME: TYPE`\n"},
    {"StarInAName", "keep A*B **\n"sv,
     "SBX-S003 1:7 `*` stands only alone or at the end of a name, as in `LC_*`\n"
     "  help remove it: nothing else is expanded\n"
     "SBX-S003 1:10 `*` stands only alone or at the end of a name, as in `LC_*`\n"
     "  help remove it: nothing else is expanded\n"},
    {"DollarWithoutName", "x $ $1 ${a} b$c\n"sv,
     "SBX-S003 1:3 `$` does not begin a variable here\n"
     "  help write `$name` on its own or in front of `/`, and `${name}` inside a string\n"
     "SBX-S003 1:5 `$` does not begin a variable here\n"
     "  help write `$name` on its own or in front of `/`, and `${name}` inside a string\n"
     "SBX-S003 1:8 `$` does not begin a variable here\n"
     "  help outside of strings, write `$a`, without the braces\n"
     "SBX-S003 1:14 `$` does not begin a variable here\n"
     "  help write `$name` on its own or in front of `/`, and `${name}` inside a string\n"},
    {"TextAfterAVariable", "x $a.b\n"sv,
     "SBX-S003 1:5 text directly after a variable\n"
     "  help only `/` may follow; anything else is written as a string: `\"${name}…\"`\n"},
    {"AtWithoutName", "x @ @1 a@b @a.b\n"sv,
     "SBX-S003 1:3 `@` begins the name of a set, as in `@private`\n"
     "  help write one of the sets; text with `@` in it is written as a string\n"
     "SBX-S003 1:5 `@` begins the name of a set, as in `@private`\n"
     "  help write one of the sets; text with `@` in it is written as a string\n"
     "SBX-S003 1:12 `@` begins the name of a set, as in `@private`\n"
     "  help write one of the sets; text with `@` in it is written as a string\n"},
    {"FullWidthPunctuation", "let a＝b\n"sv,
     "SBX-S003 1:6 `＝` (U+FF1D) is not `=`\n"
     "  help write `=`\n"},
    {"NoBreakSpaceBetweenWords", "read\302\240/usr\n"sv,
     "SBX-S003 1:5 `\302\240` (U+00A0) is not a plain blank\n"
     "  help write a plain blank\n"},
    {"Dash", "x a–b\n"sv,
     "SBX-S003 1:4 `–` (U+2013) is not `-`\n"
     "  help write `-`\n"},
    {"Operators", "x a | b && c > d (e f) !\n"sv,
     "SBX-S003 1:5 `|` can't stand here\n"
     "  help a policy has no operators: put every statement on a line of its own\n"
     "SBX-S003 1:9 `&&` can't stand here\n"
     "  help a policy has no operators: put every statement on a line of its own\n"
     "SBX-S003 1:14 `>` can't stand here\n"
     "  help a policy has no operators: put every statement on a line of its own\n"
     "SBX-S003 1:18 `(` can't stand here\n"
     "  help a list is written `[…]`, a block `{…}`\n"
     "SBX-S003 1:24 `!` can't stand here\n"
     "  help text with such characters is written as a string: `\"…\"`\n"},
    {"LineContinuation",
     "read /a \\\n"
     " /b\n"sv,
     "SBX-S003 1:9 `\\` does not continue a line\n"
     "  help a list goes on in the next line after a comma, and anywhere inside `[ ]`\n"},
    {"SemicolonWithoutSpace",
     "a;b\n"
     ";;\n"sv,
     "SBX-S003 1:2 `;` ends a statement only if white space follows\n"
     "  help put white space after it\n"
     "SBX-S003 2:1 `;` ends a statement only if white space follows\n"
     "  help put white space after it\n"},
    {"CommaWithoutValue",
     ", a\n"
     "b,, c\n"
     "x [, 1]\n"sv,
     "SBX-S003 1:1 `,` without a value before it\n"
     "  help remove it: a comma stands between two values\n"
     "SBX-S003 2:3 `,` without a value before it\n"
     "  help remove it: a comma stands between two values\n"
     "SBX-S003 3:4 `,` without a value before it\n"
     "  help remove it: a comma stands between two values\n"},
};
INSTANTIATE_TEST_SUITE_P(Words, TokenErrors, ::testing::ValuesIn(words), token_claim);

}  // namespace
}  // namespace sbx
