// What the tests of `policyc fmt` share: a directory of policies, in the style, out of it and broken, and the program run there.
#pragma once

#include "tests/unit/cli/run_policyc.hpp"

#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

namespace sbx::test {

class FmtFixture : public ::testing::Test {
protected:
    static constexpr const char* untidy = "sbx 1\r\nprofile  x # c\nlimits{core 0; cpu-time 5s}";
    static constexpr const char* tidy =
        "sbx 1\nprofile x                           # c\nlimits {\n    core     0\n    cpu-time 5s\n}\n";
    static constexpr const char* broken = "sbx 1\nprofile  x\nlimits {\n";

    FmtFixture() {
        write_file(path("untidy.sbx"), untidy);
        write_file(path("tidy.sbx"), tidy);
        write_file(path("broken.sbx"), broken);
    }
    [[nodiscard]] std::filesystem::path path(const std::string& name) const { return directory.path() / name; }
    [[nodiscard]] Outcome run(std::vector<std::string> arguments, std::string input = "") const {
        arguments.insert(arguments.begin(), "fmt");
        return run_policyc({std::move(arguments), std::move(input), directory.path()});
    }
    ScratchDirectory directory;
};

}  // namespace sbx::test
