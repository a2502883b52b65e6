// A report as JUnit's XML: a finding that ends the run is a failure, another one a case that passes and says something, a waived
// one a case that was skipped. Elements and attributes are those that all of Jenkins' schemas have, junit-4.xsd and later, which
// some readers insist on: they have no place of a case, so that the place is a part of its name, and the first has text alone in
// `skipped`.
#include "compiler/cli/report_formats.hpp"
#include "compiler/cli/xml_text.hpp"

#include <fmt/format.h>

namespace sbx::cli {
namespace {

std::string junit_case(const Diagnostic& diagnostic, const std::string& content) {
    const DiagnosticInfo& row = info(diagnostic.kind);
    return fmt::format("    <testcase classname=\"{}.{}\" name=\"{}: {}\">{}</testcase>\n", row.code, row.name,
                       xml_text(diagnostic.origin.describe()), xml_text(diagnostic.message), content);
}

std::string junit_text(const Diagnostic& diagnostic) {
    std::string text = fmt::format("{}: {}: {}\n", xml_text(diagnostic.origin.describe()), to_text(diagnostic.severity),
                                   xml_text(diagnostic.message));
    for (const std::string& note : diagnostic.notes) {
        text += fmt::format("  {}\n", xml_text(note));
    }
    for (const std::string& help : diagnostic.help) {
        text += fmt::format("  help: {}\n", xml_text(help));
    }
    return text;
}

struct JunitSuite {
    std::size_t tests = 0;
    std::size_t failures = 0;
    std::size_t errors = 0;
    std::size_t skipped = 0;
    std::string cases;

    [[nodiscard]] std::string totals() const {
        return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\"", tests, failures, errors);
    }
    [[nodiscard]] std::string attributes() const { return fmt::format("{} skipped=\"{}\"", totals(), skipped); }
};

JunitSuite suite_of(const CheckReport& report, std::size_t file) {
    JunitSuite suite;
    for (const ReportedFinding& finding : report.findings) {
        const Diagnostic& each = finding.diagnostic;
        if (finding.file != file) {
            continue;
        }
        const bool fails = report.fails(each);
        ++suite.tests;
        suite.failures += fails ? 1U : 0U;
        suite.cases += junit_case(each, fails ? fmt::format("<failure type=\"{}\" message=\"{}\">{}</failure>",
                                                            to_text(each.severity), xml_text(each.message), junit_text(each))
                                              : fmt::format("<system-out>{}</system-out>", junit_text(each)));
    }
    for (const ReportedWaiver& waiver : report.waivers) {
        if (waiver.file == file) {
            ++suite.tests;
            ++suite.skipped;
            suite.cases += junit_case(waiver.waived.finding, fmt::format("<skipped>{}</skipped>", xml_text(waiver.waived.reason)));
        }
    }
    if (suite.tests == 0) {
        suite.tests = 1;
        suite.cases =
            fmt::format("    <testcase classname=\"policyc.check\" name=\"{}\"/>\n", xml_text((*report.files)[file].path));
    }
    return suite;
}

}  // namespace

std::string render_report_junit(const CheckReport& report) {
    JunitSuite sum;
    std::string suites;
    for (std::size_t i = 0; i < report.files->size(); ++i) {
        const JunitSuite suite = suite_of(report, i);
        sum.tests += suite.tests;
        sum.failures += suite.failures;
        suites += fmt::format("  <testsuite name=\"{}\" {}>\n{}  </testsuite>\n", xml_text((*report.files)[i].path),
                              suite.attributes(), suite.cases);
    }
    for (const std::string& sentence : report.unreadable) {
        ++sum.tests;
        ++sum.errors;
        suites += fmt::format(
            "  <testsuite name=\"policyc\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\">\n"
            "    <testcase classname=\"policyc.check\" name=\"{0}\"><error type=\"unreadable\" message=\"{0}\"/></testcase>\n"
            "  </testsuite>\n",
            xml_text(sentence));
    }
    return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {}>\n{}</testsuites>\n", sum.totals(), suites);
}

}  // namespace sbx::cli
