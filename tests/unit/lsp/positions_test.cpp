// Lines and columns of editors to bytes and back.
#include "compiler/lsp/positions.hpp"

#include "compiler/lsp/documents.hpp"
#include "compiler/lsp/uris.hpp"

#include <gtest/gtest.h>

namespace {

using namespace sbx::lsp;

// In UTF-16 `é` is one unit, `漢` one, `🙂` two; in UTF-8 two, three and four bytes.
constexpr std::string_view mixed_lines = "é漢🙂x\r\nab\rc\n";

TEST(LspPositions, CountUnitsOfTheEncoding) {
    const PositionMap utf16(mixed_lines, PositionEncoding::utf16);
    EXPECT_EQ(utf16.position(0), (Position{0, 0}));
    EXPECT_EQ(utf16.position(2), (Position{0, 1}));
    EXPECT_EQ(utf16.position(5), (Position{0, 2}));
    EXPECT_EQ(utf16.position(9), (Position{0, 4}));
    EXPECT_EQ(utf16.position(10), (Position{0, 5}));
    const PositionMap utf8(mixed_lines, PositionEncoding::utf8);
    EXPECT_EQ(utf8.position(9), (Position{0, 9}));
}

TEST(LspPositions, EndLinesAsTheProtocolDoes) {
    const PositionMap map(mixed_lines, PositionEncoding::utf16);
    EXPECT_EQ(map.position(12), (Position{1, 0}));
    EXPECT_EQ(map.position(15), (Position{2, 0})) << "CR alone ends a line";
    EXPECT_EQ(map.position(17), (Position{3, 0}));
    EXPECT_EQ(map.position(11), (Position{0, 5})) << "inside of CR LF is the end of the line";
}

TEST(LspPositions, AreTheSameThereAndBack) {
    for (const auto encoding : {PositionEncoding::utf8, PositionEncoding::utf16}) {
        const PositionMap map(mixed_lines, encoding);
        for (const std::uint32_t offset : {0U, 2U, 5U, 9U, 10U, 12U, 13U, 14U, 15U, 16U, 17U}) {
            EXPECT_EQ(map.offset(map.position(offset)), offset) << to_text(encoding) << " " << offset;
            EXPECT_EQ(offset_in(mixed_lines, map.position(offset), encoding), offset) << to_text(encoding) << " " << offset;
        }
    }
}

TEST(LspPositions, BehindAnEndAreTheEnd) {
    const PositionMap map(mixed_lines, PositionEncoding::utf16);
    EXPECT_EQ(map.offset({0, 99}), 10U);
    EXPECT_EQ(map.offset({99, 0}), mixed_lines.size());
    EXPECT_EQ(map.offset({0, 3}), 5U) << "half of a character is its beginning";
}

TEST(LspPositions, ReadOnlyWhatIsOne) {
    EXPECT_THROW(static_cast<void>(read_position({{"line", -1}, {"character", 0}})), std::out_of_range);
    EXPECT_THROW(static_cast<void>(read_position({{"line", 1.5}, {"character", 0}})), std::out_of_range);
    EXPECT_THROW(static_cast<void>(read_position({{"line", 99999999999}, {"character", 0}})), std::out_of_range);
    EXPECT_THROW(static_cast<void>(read_position({{"line", 1}})), Json::exception);
}

TEST(LspPositions, SayWhereAChangeIs) {
    std::string changed(mixed_lines);
    const auto change = [&changed](Position begin, Position end, const char* replacement) {
        apply_change(changed,
                     {{"range",
                       {{"start", {{"line", begin.line}, {"character", begin.character}}},
                        {"end", {{"line", end.line}, {"character", end.character}}}}},
                      {"text", replacement}},
                     PositionEncoding::utf16);
    };
    change({0, 2}, {0, 4}, "-");
    EXPECT_EQ(changed, "é漢-x\r\nab\rc\n");
    change({0, 1}, {2, 0}, "");
    EXPECT_EQ(changed, "éc\n");
    change({0, 2}, {0, 1}, "!");
    EXPECT_EQ(changed, "é!\n") << "a range may be given from behind";
    change({9, 9}, {9, 9}, "end");
    EXPECT_EQ(changed, "é!\nend");
    apply_change(changed, {{"text", "all"}}, PositionEncoding::utf16);
    EXPECT_EQ(changed, "all");
}

TEST(LspUris, NamePaths) {
    EXPECT_EQ(path_of_uri("file:///a/b%20c.sbx"), "/a/b c.sbx");
    EXPECT_EQ(path_of_uri("file:/a"), "/a");
    EXPECT_EQ(path_of_uri("file://localhost/a"), "/a");
    EXPECT_EQ(path_of_uri("file://elsewhere/a"), std::nullopt);
    EXPECT_EQ(path_of_uri("file:///a%00"), std::nullopt);
    EXPECT_EQ(path_of_uri("file:///a%2"), std::nullopt);
    EXPECT_EQ(path_of_uri("untitled:Untitled-1"), std::nullopt);
    EXPECT_EQ(uri_of_path("/a/b c%é.sbx"), "file:///a/b%20c%25%C3%A9.sbx");
    EXPECT_EQ(path_of_uri(uri_of_path("/a/b c%é?#.sbx")), "/a/b c%é?#.sbx");
}

}  // namespace
