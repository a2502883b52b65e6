// The limits of the parser, and that hostile files end soon. The time bounds are those promised to users, generous on purpose: the
// parser needs a tenth of them even on a slow machine. It is processor time: what the clock says depends on what else runs.
#include "tests/unit/grammar/parse_support.hpp"

#include <ctime>
#include <gtest/gtest.h>
#include <random>
#include <string>

// Sanitizers cost a factor of ten; gcc and clang say differently that they are on.
#if defined(__SANITIZE_ADDRESS__)
#define SBX_INSTRUMENTED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SBX_INSTRUMENTED true
#endif
#endif
#ifndef SBX_INSTRUMENTED
#define SBX_INSTRUMENTED false
#endif

namespace sbx {
namespace {

using testing::broken_law;
using testing::Parsed;

std::string repeated(std::string_view piece, std::size_t size) {
    std::string text;
    text.reserve(size);
    while (text.size() + piece.size() <= size) {
        text += piece;
    }
    return text;
}

std::vector<DiagnosticKind> kinds_of(const Parsed& parsed) {
    std::vector<DiagnosticKind> kinds;
    for (const Diagnostic& diagnostic : parsed.diagnostics()) {
        kinds.push_back(diagnostic.kind);
    }
    return kinds;
}

TEST(Limits, FileOverFourMebibytesIsOneDiagnostic) {
    EXPECT_EQ(Parsed(std::string(max_source_bytes, '#')).report(), "");
    const Parsed parsed(std::string(max_source_bytes + 1, '#'));
    EXPECT_EQ(kinds_of(parsed), std::vector{DiagnosticKind::file_too_large});
    EXPECT_TRUE(statements(parsed.tree()).empty());
    EXPECT_EQ(broken_law(parsed.tree(), true), "");
}

TEST(Limits, ThirtyTwoLevelsNestAndNoMore) {
    const auto nest = [](std::size_t depth) { return repeated("a {", 3 * depth) + std::string(depth, '}'); };
    EXPECT_EQ(Parsed(nest(max_nesting)).report(), "");
    const Parsed deeper(nest(max_nesting + 1) + "\nb {");
    EXPECT_EQ(kinds_of(deeper), (std::vector{DiagnosticKind::nested_too_deep, DiagnosticKind::unclosed_bracket}));
    EXPECT_EQ(deeper.diagnostics()[0].origin.span.begin, 3 * max_nesting + 2);
}

TEST(Limits, WhatIsTooDeepIsSkippedUpToItsCloser) {
    const std::string open = repeated("a {", 3 * max_nesting);
    const Parsed parsed(open + "a { \"}\" # }\n { [ } ] } b }" + std::string(max_nesting - 1, '}') + "\nc");
    EXPECT_EQ(kinds_of(parsed), std::vector{DiagnosticKind::nested_too_deep});
    EXPECT_EQ(statements(parsed.tree()).back().keyword().text(), "c");
}

TEST(Limits, ListsCountAsLevels) {
    EXPECT_EQ(Parsed("a " + std::string(max_nesting, '[') + std::string(max_nesting, ']')).report(), "");
    const Parsed deeper("a " + std::string(max_nesting + 1, '[') + std::string(max_nesting + 1, ']'));
    EXPECT_EQ(kinds_of(deeper), std::vector{DiagnosticKind::nested_too_deep});
}

TEST(Limits, AfterAHundredErrorsTheRestIsNotParsed) {
    const Parsed most(repeated("a ?\n", 4 * max_syntax_errors));
    EXPECT_EQ(most.diagnostics().size(), max_syntax_errors + 1);  // the line end behind the last one is left
    const Parsed more(repeated("a ?\n", 8 * max_syntax_errors));
    EXPECT_EQ(more.diagnostics().size(), max_syntax_errors + 1);
    EXPECT_EQ(more.diagnostics().back().kind, DiagnosticKind::too_many_errors);
    EXPECT_EQ(more.diagnostics().back().origin.span.begin, 4 * max_syntax_errors - 1);
    EXPECT_EQ(broken_law(more.tree(), true), "");
    const Parsed fewer(repeated("a ?\n", 4 * max_syntax_errors - 4));
    EXPECT_EQ(fewer.diagnostics().size(), max_syntax_errors - 1);
}

TEST(Limits, EscapesOfOneStringCountAsErrors) {
    const Parsed parsed("a \"" + repeated("\\q", 1000) + "\"\nb");
    EXPECT_EQ(parsed.diagnostics().size(), max_syntax_errors + 1);
}

struct Hostile {
    const char* claim;
    std::string_view piece;
    std::string_view start = "";
};

class HostileFile : public ::testing::TestWithParam<Hostile> {};

void expect_soon(const std::string& text) {
    const std::clock_t begin = std::clock();
    const Parsed parsed(text);
    const bool said = !parsed.diagnostics().empty();
    const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    EXPECT_EQ(broken_law(parsed.tree(), said), "");
    // The promise is a second in a release build; this one is hardly optimised, and the machine may be busy.
    EXPECT_LT(seconds, SBX_INSTRUMENTED ? 20.0 : 3.0);
}

TEST_P(HostileFile, EndsWithinASecond) {
    std::string text(GetParam().start);
    expect_soon(text + repeated(GetParam().piece, max_source_bytes - text.size()));
}

INSTANTIATE_TEST_SUITE_P(
    , HostileFile,
    ::testing::Values(Hostile{"Braces", "{"}, Hostile{"Brackets", "["}, Hostile{"ClosingBraces", "}"}, Hostile{"Nul", {"\0", 1}},
                      Hostile{"OneLine", "x"}, Hostile{"Words", "a "}, Hostile{"Names", "a:"}, Hostile{"Colons", "::"},
                      Hostile{"Quotes", "\""}, Hostile{"EscapedQuotes", "\\\"", "x\""}, Hostile{"QuotesInPaths", "/a\""},
                      Hostile{"QuotesInOnePath", "\"a", "/"}, Hostile{"BadEscapes", "\\q", "\""}, Hostile{"References", "${"},
                      Hostile{"Expansions", "/{"}, Hostile{"Expansion", "a,", "/{"}, Hostile{"Globs", "/*"},
                      Hostile{"Commas", "a,"}, Hostile{"CommaLines", ",\n"}, Hostile{"Blocks", "a{}"}, Hostile{"Endpoints", "[::"},
                      Hostile{"Lines", "\n"}, Hostile{"Returns", "\r"}, Hostile{"Comments", "#"}, Hostile{"CommentLines", "#\n"},
                      Hostile{"SmartQuotes", "“"}, Hostile{"Bidirectional", "\xE2\x80\xAE"}, Hostile{"HighBytes", "\xFF"},
                      Hostile{"Controls", "\x01"}, Hostile{"Semicolons", "; "}, Hostile{"Parentheses", "("},
                      Hostile{"SingleQuotes", "' "}, Hostile{"OpenBlocksOnLines", "filesystem {\n"},
                      Hostile{"EarlyClosers", " a {\n}\n", "b {\n"}),
    [](const auto& test) { return std::string(test.param.claim); });

TEST(RandomFile, EndsWithinASecond) {
    std::mt19937 engine(5);
    std::string text(max_source_bytes, ' ');
    for (char& c : text) {
        c = static_cast<char>(engine());
    }
    expect_soon(text);
}

}  // namespace
}  // namespace sbx
