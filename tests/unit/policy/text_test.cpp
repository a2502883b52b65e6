// Strings whose parts may be parameters: pieces in normal form, and quoting that neither a reader nor a terminal can take amiss.
#include "compiler/policy/text.hpp"

#include "tests/support/memory_files.hpp"

#include <gtest/gtest.h>
#include <random>

namespace sbx {
namespace {

using policy::Text;

TEST(Text, LiteralsThatMeetAreOnePiece) {
    Text text;
    text.append_literal("a");
    text.append_literal("");
    text.append_literal("b");
    EXPECT_EQ(text, Text("ab"));
    EXPECT_TRUE(text.is_literal());
    text.append_parameter("p");
    text.append_literal("c");
    EXPECT_EQ(text.pieces().size(), 3U);
    EXPECT_FALSE(text.is_literal());
    EXPECT_EQ(Text().literal(), "");
    EXPECT_EQ(Text(""), Text());
}

TEST(Text, AParameterIsNeverItsName) {
    Text parameter;
    parameter.append_parameter("uid");
    EXPECT_NE(parameter, Text("uid"));
    EXPECT_EQ(parameter.quoted(), "\"${uid}\"");
    EXPECT_EQ(Text("${uid}").quoted(), "\"\\x24{uid}\"");
    Text dollar("$");
    dollar.append_parameter("uid");
    EXPECT_EQ(dollar.quoted(), "\"\\x24${uid}\"");
    EXPECT_EQ(Text("$").quoted(), "\"$\"");
}

TEST(Text, QuotedHoldsNoByteThatSteersATerminal) {
    const std::string all = [] {
        std::string bytes;
        for (int c = 1; c < 0x80; ++c) {
            bytes += static_cast<char>(c);
        }
        return bytes + "\xC2\x85\xC2\x9B\xD8\x9C\xE2\x80\x8E\xE2\x80\xAE\xE2\x80\xA8\xE2\x81\xA6\xEF\xBB\xBF";
    }();
    for (const char c : Text(all).quoted()) {
        EXPECT_TRUE(c >= 0x20 && c < 0x7F) << static_cast<int>(c);
    }
    EXPECT_EQ(Text("\xC3\xA9").quoted(), "\"\xC3\xA9\"");
}

/// A file's contents as the language reads them back.
std::optional<Text> read_back(const Text& text) {
    const auto resolved = test::resolve_profile("param p: string\nparam q-1: string\nfilesystem { file /f " + text.quoted() + " }");
    if (resolved.sink.has_errors()) {
        ADD_FAILURE() << text.quoted() << testing::PrintToString(resolved.messages());
        return std::nullopt;
    }
    const auto& node = resolved.profile.policy.filesystem.nodes.begin()->second;
    return std::get<policy::DataFile>(node.content).contents;
}

TEST(Text, QuotedIsReadBackAsTheSame) {
    std::mt19937 random(3);
    const std::string_view parts[] = {"a",
                                      "$",
                                      "{",
                                      "}",
                                      "\\",
                                      "\"",
                                      "\n",
                                      "\t",
                                      "\r",
                                      "\x01",
                                      "\x7f",
                                      "#",
                                      " ",
                                      "'",
                                      "${",
                                      "u{41}",
                                      "x41",
                                      "\xC3\xA9",
                                      "\xC2\x80",
                                      "\xE2\x80\xAE",
                                      "\xF0\x9F\x98\x80",
                                      "\xEF\xBB\xBF"};
    for (int i = 0; i < 2000; ++i) {
        Text text;
        for (std::size_t n = random() % 8; n > 0; --n) {
            if (random() % 5 == 0) {
                text.append_parameter(random() % 2 == 0 ? "p" : "q-1");
            } else {
                text.append_literal(parts[random() % std::size(parts)]);
            }
        }
        ASSERT_EQ(read_back(text), text) << text.quoted();
    }
}

}  // namespace
}  // namespace sbx
