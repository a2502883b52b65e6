// The token table: a text and the leaves it is made of.
#include "tests/unit/grammar/parse_support.hpp"

#include <gtest/gtest.h>

namespace sbx {
namespace {

using testing::Parsed;

struct TokenCase {
    const char* text;
    const char* tokens;
};

class Tokens : public ::testing::TestWithParam<TokenCase> {};

TEST_P(Tokens, AreAsTheTableSays) {
    const Parsed parsed(GetParam().text);
    EXPECT_EQ(parsed.tokens(), GetParam().tokens);
    EXPECT_EQ(parsed.report(), "");
    EXPECT_EQ(testing::broken_law(parsed.tree(), false), "");
}

INSTANTIATE_TEST_SUITE_P(
    Words, Tokens,
    ::testing::Values(TokenCase{"open-files _a9 A-", "name(open-files) name(_a9) name(A-)"},
                      TokenCase{"use std/system ../x usr/lib a.b ~/x +5 -5",
                                "name(use) word(std/system) word(../x) word(usr/lib) word(a.b) word(~/x) word(+5) word(-5)"},
                      TokenCase{"keep LC_* * A*,B", "name(keep) pattern(LC_*) pattern(*) pattern(A*) comma(,) name(B)"},
                      TokenCase{"allow @private to $x", "name(allow) address_set(@private) name(to) variable($x)"},
                      TokenCase{"x registry.example.org:443", "name(x) word(registry.example.org:443)"},
                      TokenCase{"mémoire", "word(mémoire)"}));

INSTANTIATE_TEST_SUITE_P(
    Values, Tokens,
    ::testing::Values(
        TokenCase{"x 64M 1_024 1.5 250ms 755", "name(x) literal(64M) literal(1_024) literal(1.5) literal(250ms) literal(755)"},
        TokenCase{"x 10.0.0.0/8 10.0.0.1-10.0.0.9 65532:65532 8000-8999 10.20.3.4:443",
                  "name(x) literal(10.0.0.0/8) literal(10.0.0.1-10.0.0.9) literal(65532:65532) literal(8000-8999) "
                  "literal(10.20.3.4:443)"},
        TokenCase{"x 2001:db8::/48 fe80::1 ::1 :: dead:beef::/32 ::ffff:10.0.0.1",
                  "name(x) literal(2001:db8::/48) literal(fe80::1) literal(::1) literal(::) literal(dead:beef::/32) "
                  "literal(::ffff:10.0.0.1)"},
        TokenCase{"x fe80::1-fe80::9", "name(x) literal(fe80::1-fe80::9)"},
        TokenCase{"x [2001:db8::1]:443 [::1]:80", "name(x) literal([2001:db8::1]:443) literal([::1]:80)"},
        TokenCase{"x [::1]", "name(x) bracket_open([) literal(::1) bracket_close(])"},
        TokenCase{"x [::1, 10.0.0.1]", "name(x) bracket_open([) literal(::1) comma(,) literal(10.0.0.1) bracket_close(])"}));

INSTANTIATE_TEST_SUITE_P(Punctuation, Tokens,
                         ::testing::Values(TokenCase{"param scratch: path", "name(param) name(scratch) colon(:) name(path)"},
                                           TokenCase{"param scratch:path", "name(param) name(scratch) colon(:) name(path)"},
                                           TokenCase{"param scratch : path", "name(param) name(scratch) colon(:) name(path)"},
                                           TokenCase{"param face: path", "name(param) name(face) colon(:) name(path)"},
                                           TokenCase{"x std::y", "name(x) word(std::y)"},
                                           TokenCase{"set CI=\"true\"", "name(set) name(CI) equals(=) string(\"true\")"},
                                           TokenCase{"let a=/x=y", "name(let) name(a) equals(=) path(/x=y)"},
                                           TokenCase{"symlink /a -> ../b*$c#,{d; x",
                                                     "name(symlink) path(/a) arrow(->) word(../b*$c#,{d) semicolon(;) name(x)"},
                                           TokenCase{"symlink /a -> /usr/b", "name(symlink) path(/a) arrow(->) path(/usr/b)"},
                                           TokenCase{"symlink /a -> \"b c\"", "name(symlink) path(/a) arrow(->) string(\"b c\")"},
                                           TokenCase{"x a->b", "name(x) name(a) arrow(->) word(b)"},
                                           TokenCase{"a;\tb;\nc", "name(a) semicolon(;) name(b) semicolon(;) name(c)"},
                                           TokenCase{"a {b;}", "name(a) brace_open({) name(b) semicolon(;) brace_close(})"}));

TEST(Tokens, ABlockEndsItsStatement) {
    const Parsed parsed("a { b; c } d");
    ASSERT_EQ(statements(parsed.tree()).size(), 2U);
    EXPECT_EQ(statements(parsed.tree())[0].block()->statements().size(), 2U);
    EXPECT_EQ(statements(parsed.tree())[1].keyword().text(), "d");
}

INSTANTIATE_TEST_SUITE_P(
    Paths, Tokens,
    ::testing::Values(
        TokenCase{"read /usr /a/b.c-d_e+f@g%h:i=j(k)'l", "name(read) path(/usr) path(/a/b.c-d_e+f@g%h:i=j(k)'l)"},
        TokenCase{"read /a? \"/b c\"? $x?",
                  "name(read) path(/a) question(?) string(\"/b c\") question(?) variable($x) question(?)"},
        TokenCase{"read $x/lib? $y/", "name(read) path($x/lib) question(?) path($y/)"},
        TokenCase{"read /a,/b", "name(read) path(/a) comma(,) path(/b)"},
        TokenCase{"a { read /b; read /c;}",
                  "name(a) brace_open({) name(read) path(/b) semicolon(;) name(read) path(/c) semicolon(;) brace_close(})"},
        TokenCase{"t /a{ size 5 }", "name(t) path(/a) brace_open({) name(size) literal(5) brace_close(})"},
        TokenCase{"one [/a, /b /c?]", "name(one) bracket_open([) path(/a) comma(,) path(/b) path(/c) question(?) bracket_close(])"},
        TokenCase{"read /é/ü", "name(read) path(/é/ü)"}, TokenCase{"read //x /../y", "name(read) path(//x) path(/../y)"}));

INSTANTIATE_TEST_SUITE_P(
    LinesAndComments, Tokens,
    ::testing::Values(TokenCase{"a # b\n# c\n\td", "name(a) name(d)"},
                      TokenCase{"a /x,   # yes\n\n  # more\n /y\nb", "name(a) path(/x) comma(,) path(/y) name(b)"},
                      TokenCase{"a [\n 1 # one\n 2,\n]\nb",
                                "name(a) bracket_open([) literal(1) literal(2) comma(,) bracket_close(]) name(b)"},
                      TokenCase{"a\r\nb /c\r\n", "name(a) name(b) path(/c)"}, TokenCase{"", ""}, TokenCase{"\n\n", ""}));

TEST(Tokens, LineEndAfterACommaContinuesTheStatement) {
    const Parsed parsed("read /a,\n # why\n /b\nwrite /c");
    ASSERT_EQ(statements(parsed.tree()).size(), 2U);
    EXPECT_EQ(statements(parsed.tree())[0].items().size(), 2U);
}

TEST(Tokens, TrailingCommentsBelongToNoStatement) {
    const Parsed parsed("read /a   # why\n");
    EXPECT_EQ(statements(parsed.tree()).at(0).origin().span, (Span{0, 7}));
}

TEST(Tokens, ListIsOneItemWithItsBrackets) {
    const Parsed parsed("let a = [1, 2] x");
    const StatementView statement = statements(parsed.tree()).at(0);
    ASSERT_EQ(statement.items().size(), 4U);
    EXPECT_EQ(statement.items()[2].kind(), SyntaxKind::list);
    EXPECT_EQ(statement.items()[2].children().size(), 5U);
    EXPECT_EQ(statement.items()[3].text(), "x");
}

TEST(Tokens, ErrorInABlockIsNotAnErrorOfItsStatement) {
    const Parsed parsed("a /x {\n b /*\n}\nc /* {\n d\n}");
    const auto all = statements(parsed.tree());
    ASSERT_EQ(all.size(), 2U);
    EXPECT_FALSE(all[0].has_error());
    EXPECT_TRUE(all[0].block()->statements().at(0).has_error());
    EXPECT_TRUE(all[1].has_error());
}

TEST(Tokens, StatementThatIsAListHasItsBracketAsKeyword) {
    const Parsed parsed("[1 2] x");
    const StatementView statement = statements(parsed.tree()).at(0);
    EXPECT_EQ(statement.keyword().kind(), SyntaxKind::bracket_open);
    EXPECT_EQ(statement.items().size(), 2U);
}

}  // namespace
}  // namespace sbx
