// Every quoting type on every byte that is special to its format.
#include "emitters/quote.hpp"

#include "compiler/plan/invariant.hpp"

#include <gtest/gtest.h>

namespace sbx::emit {
namespace {

using namespace std::string_literals;

TEST(ShellWord, IsAlwaysInSingleQuotes) {
    EXPECT_EQ(ShellWord("").text(), "''");
    EXPECT_EQ(ShellWord("plain").text(), "'plain'");
    EXPECT_EQ(ShellWord("$(x) `y` \\ \" \n!*?").text(), "'$(x) `y` \\ \" \n!*?'");
}

TEST(ShellWord, AQuoteLeavesAndEntersTheQuotes) {
    EXPECT_EQ(ShellWord("it's").text(), "'it'\\''s'");
    EXPECT_EQ(ShellWord("'").text(), "''\\'''");
}

TEST(NulTerminated, EndsInItsOnlyNul) {
    EXPECT_EQ(NulTerminated("a\nb").text(), "a\nb\0"s);
    EXPECT_EQ(NulTerminated("").text(), "\0"s);
}

TEST(Quoting, NulIsABrokenPromiseEverywhere) {
    EXPECT_THROW(ShellWord("a\0b"s), plan::InternalError);
    EXPECT_THROW(NulTerminated("a\0b"s), plan::InternalError);
    EXPECT_THROW(Template(plan::Text("a\0b"s)), plan::InternalError);
}

TEST(Template, EscapesWhatItsFormatUses) {
    EXPECT_EQ(Template(plan::Text("")).text(), "\"\"");
    EXPECT_EQ(Template(plan::Text("a\\b\"c$d")).text(), "\"a\\\\b\\\"c\\$d\"");
    EXPECT_EQ(Template(plan::Text("\n\t\r\x01\x1f\x7f")).text(), "\"\\n\\t\\r\\x01\\x1f\\x7f\"");
    EXPECT_EQ(Template(plan::Text("ä#' {}")).text(), "\"ä#' {}\"");
}

TEST(Template, ALiteralThatLooksLikeAParameterIsNone) {
    EXPECT_EQ(Template(plan::Text("${uid}")).text(), "\"\\${uid}\"");
}

TEST(Template, ParametersStandInBraces) {
    plan::Text text("job-");
    text.append_parameter("name");
    text.append_literal("$");
    EXPECT_EQ(Template(text).text(), "\"job-${name}\\$\"");
    EXPECT_EQ(Template(*plan::SandboxPath::below_parameter("scratch", "/a\"b")).text(), "\"${scratch}/a\\\"b\"");
    EXPECT_EQ(Template(*plan::SandboxPath::literal("/a$b")).text(), "\"/a\\$b\"");
}

TEST(Comment, IsOneLineWhateverTheFileIsCalled) {
    EXPECT_EQ(Comment("a\nset X\x1b.sbx:1").text(), "a?set X?.sbx:1");
}

TEST(Name, TakesNamesAndPatternsOnly) {
    EXPECT_EQ(Name("LC_*").text(), "LC_*");
    EXPECT_EQ(Name("tool-chain_2").text(), "tool-chain_2");
    for (const char* const bad : {"", "a b", "a\nb", "a}b", "a*b", "$a", "a=b"}) {
        EXPECT_THROW(Name{bad}, plan::InternalError) << bad;
    }
}

TEST(Quoting, EachTypeHasItsFormatter) {
    EXPECT_EQ(fmt::format("{} {}", ShellWord("a b"), Template(plan::Text("c"))), "'a b' \"c\"");
}

}  // namespace
}  // namespace sbx::emit
