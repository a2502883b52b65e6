// Strings, read and written.
#include "grammar/string_literal.hpp"

#include <gtest/gtest.h>
#include <random>

namespace sbx {
namespace {

std::string bytes_of(std::string_view literal) {
    std::string bytes;
    for (const StringPiece& piece : decode_string(literal, 0)) {
        EXPECT_FALSE(piece.is_reference) << literal;
        bytes += piece.value;
    }
    return bytes;
}

TEST(StringLiteral, EscapesStandForTheirBytes) {
    EXPECT_EQ(bytes_of(R"("a\\b\"c\n\t\x01\x7f\u{e9}\u{1F600}")"), "a\\b\"c\n\t\x01\x7f\xC3\xA9\xF0\x9F\x98\x80");
    EXPECT_EQ(bytes_of(R"("$HOME costs $5")"), "$HOME costs $5");
    EXPECT_EQ(bytes_of(R"("\x24{a}")"), "${a}");
}

TEST(StringLiteral, ReferencesArePiecesWithTheirPlaces) {
    const std::vector<StringPiece> expected{
        {false, "a\n", {101, 104}}, {true, "x-1", {104, 110}}, {true, "y", {110, 114}}, {false, "z", {114, 115}}};
    EXPECT_EQ(decode_string("\"a\\n${x-1}${y}z\"", 100), expected);
}

TEST(StringLiteral, EmptyStringHasNoPieces) {
    EXPECT_TRUE(decode_string("\"\"", 7).empty());
}

TEST(StringLiteral, WhatIsBrokenIsKeptAsItStands) {
    EXPECT_EQ(bytes_of("\"a\\q\\x00\\"), "a\\q\\x00\\");
    EXPECT_EQ(bytes_of("\"${\""), "${");
    EXPECT_EQ(bytes_of(""), "");
    EXPECT_EQ(bytes_of("\""), "");
    EXPECT_EQ(bytes_of("no quotes"), "no quotes");
}

TEST(StringLiteral, QuotingWritesTheShortestEscapes) {
    EXPECT_EQ(quote_string("a \"b\"\\\n\t\x1b é"), "\"a \\\"b\\\"\\\\\\n\\t\\x1B é\"");
    EXPECT_EQ(quote_string("$a ${b}"), "\"$a \\x24{b}\"");
    EXPECT_EQ(quote_string("\xE2\x80\xAE"), "\"\\u{202E}\"");
}

TEST(StringLiteral, WhatNoStringCanSayBecomesAReplacementCharacter) {
    EXPECT_EQ(quote_string(std::string_view("\0\xFF", 2)), "\"\\u{FFFD}\\u{FFFD}\"");
}

TEST(StringLiteral, QuotingAndDecodingAreInverse) {
    std::mt19937 engine(7);
    const std::vector<std::string> pieces{"a",    "\\", "\"",           "$",  "{", "}", "\n", "\t", "\x01",
                                          "\x7f", "é",  "\xE2\x80\xAE", "\r", "😀"};
    for (int i = 0; i < 2000; ++i) {
        std::string bytes;
        for (std::size_t left = engine() % 12; left > 0; --left) {
            bytes += pieces[engine() % pieces.size()];
        }
        ASSERT_EQ(bytes_of(quote_string(bytes)), bytes);
    }
}

TEST(StringLiteral, PiecesTileAnyText) {
    std::mt19937 engine(8);
    const std::string alphabet = "\\\"${}xu0aF\xC3";
    for (int i = 0; i < 5000; ++i) {
        std::string body;
        for (std::size_t left = engine() % 12; left > 0; --left) {
            body += alphabet[engine() % alphabet.size()];
        }
        std::uint32_t at = 11;
        for (const StringPiece& piece : decode_string("\"" + body + "\"", 10)) {
            ASSERT_EQ(piece.span.begin, at) << body;
            at = piece.span.end;
        }
        ASSERT_EQ(at, 11 + body.size()) << body;
    }
}

}  // namespace
}  // namespace sbx
