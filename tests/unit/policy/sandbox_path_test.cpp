// What a path can be (R-CMP-07), what contains what, and the order that keeps subtrees together.
#include "compiler/policy/sandbox_path.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace sbx::policy {
namespace {

SandboxPath at(std::string_view text) {
    return SandboxPath::literal(text).value();
}
SandboxPath below(std::string_view parameter, std::string_view tail) {
    return SandboxPath::below_parameter(parameter, tail).value();
}

TEST(SandboxPath, HoldsNothingButAbsoluteNormalPaths) {
    using namespace std::string_view_literals;
    for (const std::string_view bad : {""sv, "a"sv, "./a"sv, "~"sv, "//"sv, "/a//b"sv, "//a"sv, "/a/"sv, "/."sv, "/.."sv,
                                       "/a/./b"sv, "/a/../b"sv, "/a/.."sv, "/a\0b"sv, "\0"sv, " /a"sv}) {
        std::string why;
        EXPECT_FALSE(SandboxPath::literal(bad, &why)) << bad;
        EXPECT_FALSE(why.empty()) << bad;
        EXPECT_FALSE(SandboxPath::literal(bad)) << "without asking why: " << bad;
    }
    for (const std::string_view good :
         {"/"sv, "/a"sv, "/..."sv, "/.a"sv, "/a.."sv, "/a b"sv, "/a\nb"sv, "/\xC3\xA9"sv, "/-"sv, "/--bind"sv}) {
        EXPECT_TRUE(SandboxPath::literal(good)) << good;
        EXPECT_EQ(at(good).text(), good);
    }
}

TEST(SandboxPath, KeepsToTheKernelsLimits) {
    EXPECT_TRUE(SandboxPath::literal("/" + std::string(255, 'a')));
    EXPECT_FALSE(SandboxPath::literal("/" + std::string(256, 'a')));
    std::string longest;
    while (longest.size() + 5 <= 4095) {
        longest += "/abcd";
    }
    EXPECT_TRUE(SandboxPath::literal(longest));
    EXPECT_FALSE(SandboxPath::literal(longest + "/" + std::string(4095 - longest.size(), 'x')));
}

TEST(SandboxPath, ParametersAreNamesAndTailsBeginWithASlash) {
    EXPECT_TRUE(SandboxPath::below_parameter("scratch", ""));
    EXPECT_TRUE(SandboxPath::below_parameter("a-b_9", "/out"));
    for (const char* bad : {"", "9a", "-a", "a b", "a/b", "a.b", "$a"}) {
        EXPECT_FALSE(SandboxPath::below_parameter(bad, "/x")) << bad;
    }
    for (const char* bad : {"/", "x", "/..", "/a/", "//"}) {
        EXPECT_FALSE(SandboxPath::below_parameter("a", bad)) << bad;
    }
    EXPECT_EQ(below("s", "/out").text(), "$s/out");
    EXPECT_FALSE(below("s", "").is_literal());
    EXPECT_FALSE(below("s", "").is_root());
}

TEST(SandboxPath, ContainsByComponentsAndNotByBytes) {
    EXPECT_TRUE(at("/").contains(at("/a")));
    EXPECT_TRUE(at("/").contains(at("/")));
    EXPECT_TRUE(at("/a").contains(at("/a/b")));
    EXPECT_FALSE(at("/a").contains(at("/ab")));
    EXPECT_FALSE(at("/a").contains(at("/")));
    EXPECT_FALSE(at("/a/b").contains(at("/a")));
    EXPECT_TRUE(below("s", "").contains(below("s", "/x")));
    EXPECT_FALSE(below("s", "").contains(below("t", "/x")));
    EXPECT_FALSE(at("/").contains(below("s", "")));
    EXPECT_FALSE(below("s", "").contains(at("/")));
}

TEST(SandboxPath, ParentsEndAtTheRootAndAtTheParameter) {
    EXPECT_EQ(at("/a/b").parent(), at("/a"));
    EXPECT_EQ(at("/a").parent(), at("/"));
    EXPECT_EQ(at("/").parent(), std::nullopt);
    EXPECT_EQ(below("s", "/x").parent(), below("s", ""));
    EXPECT_EQ(below("s", "").parent(), std::nullopt);
    EXPECT_EQ(at("/a/b").file_name(), "b");
    EXPECT_EQ(at("/").file_name(), "");
    EXPECT_EQ(at("/").joined("/a"), at("/a"));
    EXPECT_EQ(at("/").joined(""), at("/"));
    EXPECT_EQ(at("/a").joined("/b/c"), at("/a/b/c"));
    EXPECT_EQ(below("s", "").joined("/b"), below("s", "/b"));
}

TEST(SandboxPath, NormalizedIsWhatTheUserProbablyMeant) {
    EXPECT_EQ(SandboxPath::normalized("/a//b/./c/"), "/a/b/c");
    EXPECT_EQ(SandboxPath::normalized("/a/../b"), "/b");
    EXPECT_EQ(SandboxPath::normalized("/../../b"), "/b");
    EXPECT_EQ(SandboxPath::normalized("//"), "/");
    EXPECT_EQ(SandboxPath::normalized(""), "/");
}

TEST(SandboxPath, NormalizedIsNormalForAnything) {
    std::mt19937 random(1);
    for (int i = 0; i < 20'000; ++i) {
        std::string text;
        for (std::size_t n = random() % 12; n > 0; --n) {
            text += "/.ab"[random() % 4];
        }
        const std::string normal = SandboxPath::normalized(text);
        ASSERT_TRUE(SandboxPath::literal(normal)) << text;
        ASSERT_EQ(SandboxPath::normalized(normal), normal) << text;
    }
}

TEST(SandboxPath, ASubtreeFollowsItsRootWithoutAGap) {
    std::vector<SandboxPath> paths;
    for (const char* text : {"/", "/a", "/a/b", "/a/b/c", "/a-b", "/a.b", "/a!", "/a/\x01", "/ab", "/b",
                             "/a\x01"
                             "b"}) {
        paths.push_back(at(text));
        paths.push_back(below("p", text == std::string_view("/") ? "" : text));
        paths.push_back(below("q", text == std::string_view("/") ? "" : text));
    }
    std::sort(paths.begin(), paths.end());
    for (std::size_t root = 0; root < paths.size(); ++root) {
        bool inside = true;
        for (std::size_t i = root; i < paths.size(); ++i) {
            const bool contained = paths[root].contains(paths[i]);
            ASSERT_TRUE(inside || !contained) << paths[root].text() << " and " << paths[i].text();
            inside = contained;
        }
        for (std::size_t i = 0; i < root; ++i) {
            ASSERT_FALSE(paths[root].contains(paths[i])) << paths[root].text() << " and " << paths[i].text();
        }
    }
    EXPECT_TRUE(std::is_partitioned(paths.begin(), paths.end(), [](const SandboxPath& path) { return path.is_literal(); }));
}

}  // namespace
}  // namespace sbx::policy
