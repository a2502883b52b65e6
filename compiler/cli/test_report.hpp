// What `policyc test` has to say about one file, and its three forms. Pure: the same report gives the same bytes, without a clock.
#pragma once

#include "compiler/cli/compile.hpp"
#include "compiler/cli/kernel_trial.hpp"
#include "compiler/policy/coverage.hpp"
#include "compiler/policy/judge.hpp"
#include "compiler/policy/mutation.hpp"

#include <optional>
#include <string>
#include <vector>

namespace sbx::cli {

struct JudgedExpectation {
    const policy::Expectation* expectation = nullptr;
    policy::Judgement judgement;
};
struct JudgedTest {
    const policy::Test* test = nullptr;
    std::vector<JudgedExpectation> expectations;

    [[nodiscard]] std::size_t failures() const;
};
/// Points into `compilation`. `tests` is empty for a file that was rejected: what a policy with mistakes means is not known.
struct TestReport {
    std::string path;  ///< as the user gave it
    const Compilation* compilation = nullptr;
    std::vector<JudgedTest> tests;
    policy::Coverage coverage;
    std::optional<policy::MutationReport> mutation;
    std::optional<KernelReport> kernel;

    [[nodiscard]] std::size_t failed_tests() const;
    [[nodiscard]] std::size_t expectations() const;
};

/// How much of it the text form prints.
struct TestTextStyle {
    bool color = false;
    bool quiet = false;     ///< failures only
    bool coverage = false;  ///< list what is not asked about
};
[[nodiscard]] std::string render_tests_text(const TestReport& report, const TestTextStyle& style);
[[nodiscard]] std::string render_tests_json(const std::vector<TestReport>& reports);
/// The form that continuous integration reads: a suite a file, a case a test (the schema of Jenkins' xunit plugin).
[[nodiscard]] std::string render_tests_junit(const std::vector<TestReport>& reports);

}  // namespace sbx::cli
