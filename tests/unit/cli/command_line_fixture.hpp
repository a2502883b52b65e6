// A directory with policies that are good, bad, and good with a finding, and runs of policyc in it.
#pragma once

#include "tests/unit/cli/run_policyc.hpp"

#include <gtest/gtest.h>

namespace sbx::cli {

inline constexpr const char* good_policy = "sbx 1\nprofile good\nuse std/system\n";
inline constexpr const char* bad_policy = "sbx 1\nprofile bad\nuse std/system\nlimits { file-size 10 }\n";
inline constexpr const char* finding_policy = "sbx 1\nprofile finding\nuse std/system\nfilesystem { hide /srv/x }\n";

using test::write_file;

/// A directory with a good and a bad policy, and runs in it.
class PolicycRun : public ::testing::Test {
protected:
    PolicycRun() {
        write_file(directory.path() / "good.sbx", good_policy);
        write_file(directory.path() / "bad.sbx", bad_policy);
        write_file(directory.path() / "finding.sbx", finding_policy);
    }
    [[nodiscard]] test::Outcome run(std::vector<std::string> arguments, std::string input = "") const {
        return test::run_policyc({std::move(arguments), std::move(input), directory.path()});
    }
    test::ScratchDirectory directory;
};

}  // namespace sbx::cli
