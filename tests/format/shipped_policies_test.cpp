// What others read as examples of the language is in its style: shipped policies, and the whole policies in what is written about
// them.
#include "tests/format/format_support.hpp"

#include <gtest/gtest.h>

namespace sbx {
namespace {

using test::in_style;

TEST(ShippedPolicies, AreInTheStyle) {
    std::size_t files = 0;
    for (const char* folder : {"examples", "compiler/standard"}) {
        for (const std::string& path : test::files_below(folder, ".sbx")) {
            const std::string text = test::read_file(path);
            EXPECT_EQ(in_style(text), text) << "`policyc fmt " << path << "` mends it";
            ++files;
        }
    }
    EXPECT_GE(files, 16U);
}

/// What stands between "```sbx" and "```" and is a whole policy.
std::vector<std::string> policies_in(const std::string& page) {
    constexpr std::string_view opening = "```sbx\n";
    std::vector<std::string> policies;
    for (std::size_t at = page.find(opening); at != std::string::npos; at = page.find(opening, at)) {
        at += opening.size();
        const std::string policy = page.substr(at, page.find("```", at) - at);
        if (policy.starts_with("sbx 1\n")) {
            policies.push_back(policy);
        }
    }
    return policies;
}

TEST(ShippedPolicies, AreInTheStyleInWhatIsWrittenAboutThem) {
    std::size_t found = 0;
    std::vector<std::string> pages = {std::string(SBX_SOURCE_DIR) + "/README.md"};
    for (const char* folder : {"examples", "grammar", "compiler"}) {
        const auto more = test::files_below(folder, ".md");
        pages.insert(pages.end(), more.begin(), more.end());
    }
    for (const std::string& page : pages) {
        for (const std::string& policy : policies_in(test::read_file(page))) {
            EXPECT_EQ(in_style(policy), policy) << page;
            ++found;
        }
    }
    EXPECT_GE(found, 2U);
}

}  // namespace
}  // namespace sbx
