// Diffs of a text and its form in the style: short, and such that applying them gives that form.
#include "compiler/cli/unified_diff.hpp"

#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

namespace sbx::cli {
namespace {

TEST(UnifiedDiff, OfEqualTextsIsEmpty) {
    EXPECT_EQ(unified_diff("a", "x\ny\n", "x\ny\n"), "");
    EXPECT_EQ(unified_diff("a", "", ""), "");
}

TEST(UnifiedDiff, HasThreeLinesAroundEachChangeAndRemovalsFirst) {
    EXPECT_EQ(unified_diff("a", "1\n2\n3\n4\n5  x\n6  y\n7\n8\n9\n10\n", "1\n2\n3\n4\n5 x\n6 y\n7\n8\n9\n10\n"),
              "--- a\n+++ a\n@@ -2,8 +2,8 @@\n 2\n 3\n 4\n-5  x\n-6  y\n+5 x\n+6 y\n 7\n 8\n 9\n");
}

TEST(UnifiedDiff, JoinsHunksThatTouch) {
    const std::string six = "1\n2\n3\n4\n5\n6\n";
    EXPECT_EQ(unified_diff("a", "a  b\n" + six + "c  d\n", "a b\n" + six + "c d\n"),
              "--- a\n+++ a\n@@ -1,8 +1,8 @@\n-a  b\n+a b\n 1\n 2\n 3\n 4\n 5\n 6\n-c  d\n+c d\n");
    EXPECT_EQ(unified_diff("a", "a  b\n" + six + "7\nc  d\n", "a b\n" + six + "7\nc d\n"),
              "--- a\n+++ a\n@@ -1,4 +1,4 @@\n-a  b\n+a b\n 1\n 2\n 3\n@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-c  d\n+c d\n");
}

TEST(UnifiedDiff, OfALineThatWasTakenOutIsThatLine) {
    const std::string file = "sbx 1\nnetwork {\n    allow tcp to @a\n    allow tcp to @b\n}\nlimits {\n    core 0\n}\n";
    std::string fewer = file;
    fewer.erase(file.find("    allow tcp to @b\n"), 20);
    EXPECT_EQ(unified_diff("a", file, fewer),
              "--- a\n+++ a\n@@ -1,7 +1,6 @@\n sbx 1\n network {\n     allow tcp to @a\n-    allow tcp to @b\n }\n limits {\n     "
              "core 0\n");
    EXPECT_EQ(unified_diff("a", fewer, file),
              "--- a\n+++ a\n@@ -1,6 +1,7 @@\n sbx 1\n network {\n     allow tcp to @a\n+    allow tcp to @b\n }\n limits {\n     "
              "core 0\n");
}

TEST(UnifiedDiff, SaysWhereALineEndIsMissing) {
    EXPECT_EQ(unified_diff("a", "x", "x\n"), "--- a\n+++ a\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+x\n");
}

TEST(UnifiedDiff, CountsTextsWithoutLines) {
    EXPECT_EQ(unified_diff("a", "\n", ""), "--- a\n+++ a\n@@ -1 +0,0 @@\n-\n");
    EXPECT_EQ(unified_diff("a", "", "x\n"), "--- a\n+++ a\n@@ -0,0 +1 @@\n+x\n");
}

TEST(UnifiedDiff, RemovesEmptyLinesOnly) {
    EXPECT_EQ(unified_diff("a", "x\n\n\n\ny\n", "x\n\ny\n"), "--- a\n+++ a\n@@ -1,5 +1,3 @@\n x\n \n-\n-\n y\n");
}

TEST(UnifiedDiff, WritesNamesAsPatchReadsThem) {
    EXPECT_EQ(unified_diff("a b", "x", "y").substr(0, 17), "--- a b\t\n+++ a b\t");
    EXPECT_EQ(unified_diff("a\n\"\\", "x", "y").substr(0, 16), "--- \"a\\012\\\"\\\\\"\n");
}

/// What applying a diff gives; the test fails if it does not fit.
std::string applied(const std::string& before, const std::string& diff) {
    std::vector<std::string> old;
    std::string rest = before;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('\n'), rest.size() - 1) + 1;
        old.push_back(rest.substr(0, end));
        rest.erase(0, end);
    }
    std::string after;
    std::size_t at = 0;
    std::string left = diff;
    const auto take_line = [&] {
        const std::size_t end = left.find('\n') + 1;
        std::string line = left.substr(0, end);
        left.erase(0, end);
        if (left.starts_with("\\ ")) {
            line.pop_back();
            left.erase(0, left.find('\n') + 1);
        }
        return line;
    };
    while (!left.empty()) {
        const std::string line = take_line();
        if (line.starts_with("--- ") || line.starts_with("+++ ")) {
            continue;
        }
        if (line.starts_with("@@ -")) {
            const std::size_t number = std::stoul(line.substr(4));
            const bool none = line.substr(4, line.find(' ', 4) - 4).ends_with(",0");
            while (at < (none ? number : number - 1)) {
                after += old.at(at++);
            }
            continue;
        }
        if (line[0] != '+') {
            EXPECT_EQ(old.at(at), line.substr(1));
            ++at;
        }
        after += line[0] == '-' ? "" : line.substr(1);
    }
    while (at < old.size()) {
        after += old[at++];
    }
    return after;
}

TEST(UnifiedDiff, AppliedToTheOneGivesTheOtherWhateverTheyAre) {
    std::mt19937 random(1);
    const auto text = [&] {
        std::string made;
        for (std::size_t left = random() % 40; left > 0; --left) {
            made += "ab ,\n\n"[random() % 6];
        }
        return made;
    };
    for (int i = 0; i < 20000 && !testing::Test::HasFailure(); ++i) {
        const std::string before = text();
        const std::string after = text();
        const std::string diff = unified_diff("x", before, after);
        EXPECT_EQ(applied(before, diff), after) << before << "\n----\n" << diff;
    }
}

}  // namespace
}  // namespace sbx::cli
