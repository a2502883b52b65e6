// What the language reference says of the compiler, held against what the compiler does.
#include "tests/support/memory_files.hpp"
#include "tests/unit/cli/reference_text.hpp"
#include "tests/unit/cli/run_policyc.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <regex>
#include <set>

namespace sbx {
namespace {

using test::quoted;
using test::reference;
using test::resolve_profile;
using test::section;
using test::table_rows;
using ::testing::Contains;

bool refused_with(const std::string& statements, const std::string& code) {
    const auto codes = resolve_profile(statements).codes();
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

std::string only_limit(const std::string& statement) {
    return fmt::format("limits {{ {} }}\n", statement);
}

/// The number before the unit, one less: `15` for `16`, `63M` for `64M`; empty if there is nothing below.
std::string one_less(const std::string& value) {
    const std::size_t unit = value.find_first_not_of("0123456789.");
    const std::string number = value.substr(0, unit);
    if (number == "0") {
        return {};
    }
    const std::string less = number == "0.001" ? "0" : std::to_string(std::stoul(number) - 1);
    return less + (unit == std::string::npos ? "" : value.substr(unit));
}

TEST(ReferenceClaims, LeastValuesAndRefusedLimitsAreThoseOfTheCompiler) {
    std::size_t tried = 0;
    for (const auto& cells : table_rows(section("Limits"))) {
        if (cells.front() == "limit") {
            continue;
        }
        const std::string example = quoted(cells.front()).at(0);
        const std::string name = example.substr(0, example.find(' '));
        const std::string least = cells.at(2) == "0" && name == "grace" ? "0s" : cells.at(2);
        EXPECT_FALSE(refused_with(only_limit(example), "R006")) << example;
        EXPECT_FALSE(refused_with(only_limit(fmt::format("{} {}", name, least)), "R006")) << name;
        const std::string below = one_less(least);
        EXPECT_TRUE(below.empty() || refused_with(only_limit(fmt::format("{} {}", name, below)), "R006")) << name << " " << below;
        const bool said = cells.at(3).find("refused in this release") != std::string::npos;
        EXPECT_EQ(refused_with(only_limit(example), "R008"), said) << name;
        ++tried;
    }
    EXPECT_EQ(tried, 16U);
}

struct Claim {
    std::string example;  ///< statements
    std::string row;      ///< of the reference, by its first form
    std::string code;
};

TEST(ReferenceClaims, WhatItCallsRefusedInThisReleaseIsRefused) {
    const std::vector<Claim> claims = {
        {"unconfined because \"x\"", "unconfined because \"…\"", "P013"},
    };
    std::set<std::string> shown;
    for (const Claim& claim : claims) {
        EXPECT_TRUE(refused_with(claim.example + "\n", claim.code)) << claim.example;
        shown.insert(claim.row);
    }
    std::set<std::string> said;
    for (const std::string title : {"Files", "Process", "Tests"}) {
        for (const auto& cells : table_rows(section(title))) {
            if (std::any_of(cells.begin(), cells.end(),
                            [](const std::string& cell) { return cell.find("efused in this release") != std::string::npos; })) {
                said.insert(quoted(cells.front()).at(0));
            }
        }
    }
    EXPECT_EQ(said, shown);
    EXPECT_FALSE(refused_with("filesystem { write noexec /srv/x }\n", "F028"));
    EXPECT_FALSE(refused_with("network { allow tcp to 192.0.2.1 port 443 }\n", "P013"));
}

TEST(ReferenceClaims, TreesThatItCallsRefusedForWritingAre) {
    const std::string text = section("Filesystem");
    const std::size_t begin = text.find("* `write` is refused");
    const std::size_t end = text.find("\n* ", begin);
    const std::size_t whole = text.find("as a whole", begin);
    ASSERT_LT(whole, end);
    const auto paths = [&](std::size_t from, std::size_t to) {
        std::vector<std::string> found;
        for (const std::string& word : quoted(text.substr(from, to - from))) {
            if (word.front() == '/') {
                found.push_back(word);
            }
        }
        return found;
    };
    for (const std::string& path : paths(begin, whole)) {
        EXPECT_TRUE(refused_with("filesystem { write " + path + " }\n", "F029")) << path;
        EXPECT_TRUE(path == "/" || !refused_with("filesystem { write " + path + "/of-its-own }\n", "F029")) << path;
    }
    const auto with_contents = paths(whole, end);
    EXPECT_GE(with_contents.size(), 10U);
    for (const std::string& path : with_contents) {
        EXPECT_TRUE(refused_with("filesystem { write " + path + " }\n", "F029")) << path;
        EXPECT_TRUE(refused_with("filesystem { write " + path + "/x }\n", "F029")) << path;
    }
}

TEST(ReferenceClaims, ItsWholeExampleCompilesWithoutAFinding) {
    const std::size_t begin = reference().find("```sbx\n") + 7;
    const std::string example = reference().substr(begin, reference().find("```", begin) - begin);
    const test::Outcome got = test::run_policyc({{"check", "-"}, example});
    EXPECT_EQ(got.code, 0);
    EXPECT_EQ(got.err, "");
}

TEST(ReferenceClaims, EveryLinkInsideLeadsToAHeading) {
    std::set<std::string> anchors;
    static const std::regex heading("\n#+ ([^\n]+)");
    for (auto at = std::sregex_iterator(reference().begin(), reference().end(), heading); at != std::sregex_iterator(); ++at) {
        std::string anchor = (*at)[1].str();
        std::transform(anchor.begin(), anchor.end(), anchor.begin(),
                       [](char c) { return c == ' ' ? '-' : static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); });
        anchors.insert(anchor);
    }
    static const std::regex link("\\]\\(#([^)]+)\\)");
    std::size_t links = 0;
    for (auto at = std::sregex_iterator(reference().begin(), reference().end(), link); at != std::sregex_iterator();
         ++at, ++links) {
        EXPECT_THAT(anchors, Contains((*at)[1].str()));
    }
    EXPECT_GE(links, 10U);
}

}  // namespace
}  // namespace sbx
