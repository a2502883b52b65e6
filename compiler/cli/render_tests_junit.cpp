// Test results as JUnit's XML, in the elements and attributes that all of Jenkins' schemas have, junit-4.xsd and later.
#include "compiler/cli/test_report.hpp"
#include "compiler/cli/xml_text.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace sbx::cli {
namespace {

/// One element for all that failed: most readers of the form show one a case.
void write_failure(const JudgedTest& judged, std::string& out) {
    std::string message;
    std::string text;
    for (const JudgedExpectation& each : judged.expectations) {
        if (each.judgement.holds) {
            continue;
        }
        const policy::Decision& decision = each.judgement.decision;
        message += (message.empty() ? "" : "; ") + each.judgement.message;
        text += fmt::format("{}: {}: {}\n", xml_text(each.expectation->origin.describe()),
                            xml_text(policy::to_statement(*each.expectation)), xml_text(each.judgement.message));
        text += fmt::format("  {}\n", xml_text(decision.reason));
        if (decision.origin.known()) {
            text += fmt::format("  decided at {}\n", xml_text(decision.origin.describe()));
        }
    }
    out += fmt::format("      <failure type=\"SBX-T003\" message=\"{}\">{}</failure>\n", xml_text(message), text);
}

void write_case(const TestReport& report, const JudgedTest& judged, std::string& out) {
    out += fmt::format("    <testcase classname=\"{}\" name=\"{}\"", xml_text(report.compilation->profile.name),
                       xml_text(judged.test->claim));
    if (judged.failures() == 0) {
        out += "/>\n";
        return;
    }
    out += ">\n";
    write_failure(judged, out);
    out += "    </testcase>\n";
}

/// One case an expectation that was to be tried; the whole, where there was no sandbox.
void write_trials(const TestReport& report, std::string& out) {
    const std::string group = xml_text(report.compilation->profile.name + ".kernel");
    if (!report.kernel->refusal.empty()) {
        out += fmt::format(
            "    <testcase classname=\"{}\" name=\"the sandbox starts\"><error type=\"refused\" message=\"{}\"/></testcase>\n",
            group, xml_text(report.kernel->refusal));
        return;
    }
    for (const KernelTrial& each : report.kernel->trials) {
        out += fmt::format("    <testcase classname=\"{}\" name=\"{}\">", group, xml_text(each.tried));
        if (each.agreement == Agreement::disagrees) {
            out += fmt::format("<failure type=\"disagreement\" message=\"policyc decides `{}`, the kernel says `{}`\"/>",
                               xml_text(each.decided), xml_text(each.kernel));
        } else if (each.agreement == Agreement::skipped) {
            out += fmt::format("<skipped>{}</skipped>", xml_text(each.reason));
        }
        out += "</testcase>\n";
    }
}

/// A policy that was refused is no green file.
void write_rejection(const TestReport& report, std::string& out) {
    out +=
        fmt::format("    <testcase classname=\"{}\" name=\"the policy compiles\">\n", xml_text(report.compilation->profile.name));
    std::string text;
    for (const Diagnostic& each : report.compilation->diagnostics) {
        if (each.severity == Severity::error) {
            text += fmt::format("{}: {}: {}\n", xml_text(each.origin.describe()), info(each.kind).code, xml_text(each.message));
        }
    }
    out += fmt::format("      <error type=\"rejected\" message=\"the policy was rejected\">{}</error>\n    </testcase>\n", text);
}

struct Counts {
    std::size_t tests = 0;
    std::size_t failures = 0;
    std::size_t errors = 0;
    std::size_t skipped = 0;

    [[nodiscard]] std::string totals() const {
        return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\"", tests, failures, errors);
    }
    [[nodiscard]] std::string attributes() const { return fmt::format("{} skipped=\"{}\"", totals(), skipped); }
};

Counts count(const TestReport& report) {
    const std::size_t rejected = report.compilation->rejected ? 1 : 0;
    Counts counts{report.tests.size() + rejected, report.failed_tests(), rejected, 0};
    if (report.kernel && !report.kernel->refusal.empty()) {
        ++counts.tests;
        ++counts.errors;
    } else if (report.kernel) {
        counts.tests += report.kernel->trials.size();
        counts.failures += report.kernel->count(Agreement::disagrees);
        counts.skipped = report.kernel->count(Agreement::skipped);
    }
    return counts;
}

}  // namespace

std::string render_tests_junit(const std::vector<TestReport>& reports) {
    Counts sum;
    std::string suites;
    for (const TestReport& report : reports) {
        const Counts counts = count(report);
        sum.tests += counts.tests;
        sum.failures += counts.failures;
        sum.errors += counts.errors;
        suites += fmt::format("  <testsuite name=\"{}\" {}>\n", xml_text(report.path), counts.attributes());
        for (const JudgedTest& judged : report.tests) {
            write_case(report, judged, suites);
        }
        if (report.kernel) {
            write_trials(report, suites);
        }
        if (report.compilation->rejected) {
            write_rejection(report, suites);
        }
        suites += "  </testsuite>\n";
    }
    return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {}>\n{}</testsuites>\n", sum.totals(), suites);
}

}  // namespace sbx::cli
