// The style, case by case. A case is a policy and, behind a line `==== formatted`, its form in the style. With SBX_UPDATE=1 in the
// environment the second half is written anew: read the difference before it is kept.
#include "grammar/formatter.hpp"
#include "tests/format/format_support.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

namespace sbx {
namespace {

using test::in_style;
using test::Source;

constexpr std::string_view heading = "==== formatted\n";

class Style : public testing::TestWithParam<std::string> {};

TEST_P(Style, IsAsTheCaseShows) {
    const std::string whole = test::read_file(GetParam());
    const std::string policy = whole.substr(0, whole.find(heading));
    const std::string text = in_style(policy);
    if (const char* update = std::getenv("SBX_UPDATE"); update != nullptr && std::string_view(update) == "1") {
        std::ofstream(GetParam(), std::ios::binary) << policy << heading << text;
    } else {
        EXPECT_EQ(policy + std::string(heading) + text, whole);
    }
}

INSTANTIATE_TEST_SUITE_P(, Style, testing::ValuesIn(test::files_below("tests/format/cases", ".sbx")),
                         [](const auto& test) { return std::filesystem::path(test.param).stem().string(); });

TEST(StyleOfLines, EndWithOneLineFeedWhateverTheyEndedWith) {
    EXPECT_EQ(in_style("sbx 1\r\n\r\n# c \r\nprofile x \r\n"), "sbx 1\n\n# c\nprofile x\n");
    EXPECT_EQ(in_style("sbx 1\nprofile x"), "sbx 1\nprofile x\n");
    EXPECT_EQ(in_style("\n\nsbx 1\n\n\n\n"), "sbx 1\n");
    EXPECT_EQ(in_style("sbx 1 # no line end"), "sbx 1                               # no line end\n");
}

TEST(StyleOfLines, OfNothingIsNothing) {
    EXPECT_EQ(in_style(""), "");
    EXPECT_EQ(in_style(" \t\r\n;\n"), "");
    EXPECT_EQ(in_style("  # only\n"), "# only\n");
}

TEST(StyleOfLines, AreMeasuredInCharacters) {
    EXPECT_EQ(in_style("environment {\nset \xC3\xA9 = \"1\"\nset ab = \"2\"\n}\n"),
              "environment {\n    set \xC3\xA9  = \"1\"\n    set ab = \"2\"\n}\n");
}

TEST(StyleOfLines, StandInNoColumnThatIsVeryWide) {
    const std::string wide(41, 'N');
    EXPECT_EQ(in_style("environment {\nset " + wide + " = \"1\"\nset A = \"2\"\nset BB = \"3\"\n}\n"),
              "environment {\n    set " + wide + " = \"1\"\n    set A  = \"2\"\n    set BB = \"3\"\n}\n");
    const std::string keyword(25, 'k');
    EXPECT_EQ(in_style("x {\n" + keyword + " a\nb c\n}\n"), "x {\n    " + keyword + " a\n    b c\n}\n");
}

TEST(StyleOfLines, ThatWouldMakeTheFileTooLargeAreNotWritten) {
    std::string text;
    while (text.size() + 4 <= max_source_bytes) {
        text += "a #\n";
    }
    const Source source(text);
    ASSERT_FALSE(source.broken);
    EXPECT_EQ(formatted(source.tree), std::nullopt);
}

bool same(const std::string& a, const std::string& b) {
    const Source first(a);
    const Source second(b);
    return same_but_for_layout(first.tree, second.tree) && same_but_for_layout(second.tree, first.tree);
}

TEST(SameButForLayout, HoldsOfWhatDiffersInWhiteSpaceAndSeparators) {
    EXPECT_TRUE(same("read /a /b; write /c # x \n", "\nread /a, /b\r\n\r\n  write\t/c # x"));
    EXPECT_TRUE(same("let a = [/a, /b]\n", "let a = [\n/a\n/b,\n]\n"));
    EXPECT_TRUE(same("tmpfs /x, # c\n{ size 1M }\n", "tmpfs /x { # c\nsize 1M\n}\n"));
}

TEST(SameButForLayout, FailsWhereAWordAStatementOrABlockDiffers) {
    EXPECT_FALSE(same("read /a /b\n", "read /a\n"));
    EXPECT_FALSE(same("read /a /b\n", "read /a\n/b\n"));
    EXPECT_FALSE(same("read /a\n", "read \"/a\"\n"));
    EXPECT_FALSE(same("read /a\n", "read /a?\n"));
    EXPECT_FALSE(same("a { b }\nc\n", "a { b; c }\n"));
    EXPECT_FALSE(same("p; x { a { } }\n", "p { x { a } }\n"));
    EXPECT_FALSE(same("a { }\n", "a\n"));
    EXPECT_FALSE(same("let a = [/a /b]\n", "let a = [/a [/b]]\n"));
    EXPECT_FALSE(same("let a = 1_024\n", "let a = 1024\n"));
    EXPECT_FALSE(same("a ?\n", "a ?\n")) << "a mistake is never the same";
}

TEST(SameButForLayout, FailsWhereACommentIsLostChangedOrMoved) {
    EXPECT_FALSE(same("read /a # x\n", "read /a\n"));
    EXPECT_FALSE(same("read /a # x\n", "read /a # y\n"));
    EXPECT_FALSE(same("read /a # x\n", "read /a #x\n"));
    EXPECT_FALSE(same("# x\n# y\n", "# y\n# x\n"));
    EXPECT_FALSE(same("# x\n", "# x\n# x\n"));
    EXPECT_FALSE(same("read /a # x\nread /b\n", "read /a\nread /b # x\n"));
    EXPECT_FALSE(same("read /a # x\n", "# x\nread /a\n"));
    EXPECT_FALSE(same("a { # x\n}\n", "a { } # x\n"));
}

}  // namespace
}  // namespace sbx
