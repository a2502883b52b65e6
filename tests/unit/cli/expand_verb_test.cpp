// `policyc expand`: what is read aloud stays readable. That it means the same is in verbs_test.cpp.
#include "tests/unit/cli/command_line_fixture.hpp"

#include <algorithm>
#include <gmock/gmock.h>

namespace sbx::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST_F(PolicycRun, ExpandKeepsTheNamesOfSets) {
    write_file(directory.path() / "named.sbx",
               "sbx 1\nprofile named\nnetwork {\n    allow tcp to @public 10.0.0.0/8 port 443\n}\n");
    const std::string expanded = run({"expand", "named.sbx"}).out;
    EXPECT_THAT(expanded, AllOf(HasSubstr(" allow tcp to @public port 443 "), HasSubstr(" allow tcp to 10.0.0.0/8 port 443 ")));
    EXPECT_LT(std::count(expanded.begin(), expanded.end(), '\n'), 14) << expanded;
}

}  // namespace
}  // namespace sbx::cli
