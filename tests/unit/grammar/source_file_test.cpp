// Places in a file.
#include "grammar/source_file.hpp"

#include <gtest/gtest.h>

namespace sbx {
namespace {

TEST(SourceFile, ColumnsCountCodePointsFromOne) {
    const SourceFile file("a", "ab\n\té😀x\n");
    const auto at = [&](std::uint32_t offset) {
        const LineColumn place = file.position(offset);
        return std::pair(place.line, place.column);
    };
    EXPECT_EQ(at(0), std::pair(1U, 1U));
    EXPECT_EQ(at(2), std::pair(1U, 3U));
    EXPECT_EQ(at(3), std::pair(2U, 1U));
    EXPECT_EQ(at(4), std::pair(2U, 2U));
    EXPECT_EQ(at(6), std::pair(2U, 3U));
    EXPECT_EQ(at(10), std::pair(2U, 4U));
    EXPECT_EQ(at(12), std::pair(3U, 1U));
    EXPECT_EQ(at(9999), std::pair(3U, 1U));
}

TEST(SourceFile, LineAroundLeavesOutTheLineEnd) {
    const SourceFile file("a", "one\r\ntwo\n\nfour");
    EXPECT_EQ(file.text(file.line_around(1)), "one");
    EXPECT_EQ(file.text(file.line_around(4)), "one");
    EXPECT_EQ(file.text(file.line_around(5)), "two");
    EXPECT_EQ(file.text(file.line_around(9)), "");
    EXPECT_EQ(file.text(file.line_around(99)), "four");
}

TEST(SourceFile, SpansOutsideTheTextAreCut) {
    const SourceFile file("a", "abc");
    EXPECT_EQ(file.text({1, 99}), "bc");
    EXPECT_EQ(file.text({9, 99}), "");
    EXPECT_EQ(file.text({2, 1}), "");
}

TEST(Origin, DescribesItself) {
    const SourceFile file("dir/a.sbx", "a.sbx", "x\n y");
    EXPECT_EQ((Origin{&file, {3, 4}}.describe()), "dir/a.sbx:2:2");
    EXPECT_EQ((Origin{&file, {3, 4}}.describe_stable()), "a.sbx:2");
    EXPECT_EQ(Origin{}.describe(), "built in");
    EXPECT_EQ(Origin{}.describe_stable(), "");
}

TEST(Located, ComparesTheValueAlone) {
    const SourceFile file("a", "xy");
    EXPECT_EQ((Located<int>{1, {&file, {0, 1}}}), (Located<int>{1, {}}));
    EXPECT_LT((Located<int>{1, {&file, {1, 2}}}), (Located<int>{2, {}}));
}

}  // namespace
}  // namespace sbx
