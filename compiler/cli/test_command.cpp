// `policyc test FILE…`: the tests of policies as results instead of as a reason to refuse them.
#include "compiler/cli/commands.hpp"
#include "compiler/cli/display_text.hpp"
#include "compiler/cli/failed_tests.hpp"
#include "compiler/cli/session.hpp"
#include "compiler/cli/streams.hpp"
#include "compiler/cli/test_report.hpp"

#include <algorithm>
#include <deque>
#include <fmt/format.h>
#include <system_error>
#include <unistd.h>

namespace sbx::cli {
namespace {

TestReport report_on(const std::string& path, const Compilation& done, const Options& options) {
    TestReport report;
    report.path = path;
    report.compilation = &done;
    if (done.rejected) {
        return report;
    }
    for (const policy::Test& test : done.profile.tests) {
        JudgedTest judged;
        judged.test = &test;
        for (const policy::Expectation& expectation : test.expectations) {
            judged.expectations.push_back({&expectation, policy::judge(done.profile.policy, expectation)});
        }
        report.tests.push_back(std::move(judged));
    }
    report.coverage = policy::coverage(done.profile);
    if (options.mutate) {
        report.mutation = policy::mutate(done.profile);
    }
    if (options.kernel && report.expectations() > 0) {
        report.kernel = try_on_kernel(done, options.settings);
    }
    return report;
}

void print_reports(const std::vector<TestReport>& reports, const Options& options) {
    switch (options.format) {
        case Format::json:
            return print_out(render_tests_json(reports));
        case Format::junit:
            return print_out(render_tests_junit(reports));
        case Format::text:
        case Format::markdown:
            break;
    }
    for (const TestReport& report : reports) {
        print_out(render_tests_text(report, {options.wants_color(STDOUT_FILENO), options.quiet, options.coverage}));
    }
}

ExitCode verdict(const std::vector<TestReport>& reports, const Options& options) {
    const auto any = [&](auto holds) { return std::any_of(reports.begin(), reports.end(), holds); };
    if (any([](const TestReport& each) { return each.compilation->rejected; })) {
        return ExitCode::rejected;
    }
    const bool failed = any([](const TestReport& each) { return each.failed_tests() > 0; });
    const bool disagrees = any([](const TestReport& each) {
        return each.kernel && (each.kernel->count(Agreement::disagrees) > 0 || !each.kernel->refusal.empty());
    });
    const bool empty = any([](const TestReport& each) { return each.expectations() == 0; });
    return failed || disagrees || (empty && options.fail_on_empty) ? ExitCode::test_failed : ExitCode::done;
}

}  // namespace

std::size_t JudgedTest::failures() const {
    return static_cast<std::size_t>(std::count_if(expectations.begin(), expectations.end(),
                                                  [](const JudgedExpectation& each) { return !each.judgement.holds; }));
}

std::size_t TestReport::failed_tests() const {
    return static_cast<std::size_t>(
        std::count_if(tests.begin(), tests.end(), [](const JudgedTest& each) { return each.failures() > 0; }));
}

std::size_t TestReport::expectations() const {
    std::size_t count = 0;
    for (const JudgedTest& test : tests) {
        count += test.expectations.size();
    }
    return count;
}

ExitCode test_command(const Options& options) {
    if (std::count(options.words.begin(), options.words.end(), "-") > 1) {
        return refuse_usage({"`-` is given twice: standard input can be read once", ""});
    }
    if (!options.settings.empty() && !options.kernel) {
        return refuse_usage({"`--set` is for `--kernel`: without it every value of a parameter is looked at", ""});
    }
    std::deque<Compilation> compilations;
    std::vector<const Compilation*> all;
    std::vector<TestReport> reports;
    std::string unreadable;
    for (const std::string& path : options.words) {
        // One file that cannot be read keeps nobody from knowing what the others do.
        try {
            Compilation& done = compilations.emplace_back(compile_file(path, options, Until::checked));
            static_cast<void>(set_failed_tests_aside(done));  // they are results here
            all.push_back(&done);
            reports.push_back(report_on(path, done, options));
        } catch (const std::system_error& error) {
            unreadable += fmt::format("policyc: {}\n", displayed(error.what()));
        }
    }
    print_diagnostics(all, options, false);
    print_reports(reports, options);
    print_error(unreadable);
    return unreadable.empty() ? verdict(reports, options) : ExitCode::input_output;
}

}  // namespace sbx::cli
