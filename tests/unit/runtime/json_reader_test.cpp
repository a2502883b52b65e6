// The strict JSON of manifests and of bubblewrap's status.
#include "runtime/json_reader.hpp"

#include <gmock/gmock.h>
#include <limits>
#include <string>

namespace sbx::runtime {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;

TEST(Json, EveryKindOfValueIsRead) {
    const auto json = read_json(" {\"a\": [null, true, false, -12, 9223372036854775807, \"x\"], \"b\": {}}\n");
    ASSERT_TRUE(json.value.has_value()) << json.error;
    const JsonValue* const list = json.value->find("a");
    ASSERT_NE(list, nullptr);
    ASSERT_EQ(list->items.size(), 6U);
    EXPECT_EQ(list->items[3].integer, -12);
    EXPECT_EQ(list->items[4].integer, std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(list->items[5].text, "x");
    EXPECT_EQ(json.value->find("c"), nullptr);
}

TEST(Json, EscapesAreDecoded) {
    const auto json = read_json(R"("\"\\\/\b\f\n\r\tA\u00e9\u20ac\ud83d\ude00")");
    ASSERT_TRUE(json.value.has_value()) << json.error;
    EXPECT_EQ(json.value->text, "\"\\/\b\f\n\r\tA\u00e9\u20ac\U0001f600");
}

TEST(Json, WhatAManifestNeverHoldsIsRefused) {
    for (const std::string& text : {""s,
                                    " "s,
                                    "{"s,
                                    "["s,
                                    "[1,]"s,
                                    "{\"a\":1,}"s,
                                    "{\"a\" 1}"s,
                                    "{a:1}"s,
                                    "{1:1}"s,
                                    "01"s,
                                    "-"s,
                                    "-01"s,
                                    "+1"s,
                                    "1.0"s,
                                    "1e3"s,
                                    "NaN"s,
                                    "9223372036854775808"s,
                                    "truth"s,
                                    "tru"s,
                                    "nul"s,
                                    "\"a"s,
                                    "\"\n\""s,
                                    "\"\\x41\""s,
                                    "\"\\u12\""s,
                                    "\"\\u12g4\""s,
                                    "\"\\u0000\""s,
                                    "\"\\ud83d\""s,
                                    "\"\\ude00\""s,
                                    "\"\\ud83d\\u0041\""s,
                                    "1 2"s,
                                    "{} x"s,
                                    "{\"a\":1,\"a\":2}"s,
                                    "// c\n1"s,
                                    "'a'"s,
                                    "\xef\xbb\xbf{}"s,
                                    "{}\0"s,
                                    "\0"s}) {
        const auto json = read_json(text);
        EXPECT_FALSE(json.value.has_value()) << text;
        EXPECT_EQ(json.error.rfind("offset ", 0), 0U) << text << ": " << json.error;
    }
}

TEST(Json, DepthAndWidthAreBounded) {
    const auto nested = [](int depth) {
        return read_json(std::string(static_cast<std::size_t>(depth), '[') + std::string(static_cast<std::size_t>(depth), ']'));
    };
    EXPECT_TRUE(nested(max_json_depth).value.has_value());
    EXPECT_THAT(nested(max_json_depth + 1).error, HasSubstr("nested too deeply"));
    EXPECT_THAT(nested(1000000).error, HasSubstr("nested too deeply"));
    std::string wide = "{";
    for (int i = 0; i < 300; ++i) {
        wide += "\"" + std::to_string(i) + "\":1,";
    }
    EXPECT_THAT(read_json(wide).error, HasSubstr("too many members"));
}

}  // namespace
}  // namespace sbx::runtime
