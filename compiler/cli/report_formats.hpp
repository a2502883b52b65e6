// The forms in which a check's report is written. Each is a function of the report and of nothing else.
#pragma once

#include "compiler/cli/check_report.hpp"
#include "compiler/cli/options.hpp"

#include <string>

namespace sbx::cli {

[[nodiscard]] std::string render_report(const CheckReport& report, CheckFormat format, bool color, Summary summary);

/// As render_text(), with what the baseline has already in the summary.
[[nodiscard]] std::string render_report_text(const CheckReport& report, bool color, Summary summary);
/// `FILE:LINE:COLUMN: warning: … [SBX-F005]`: what editors and build tools read compilers by. Notes follow as `note:`.
[[nodiscard]] std::string render_report_gcc(const CheckReport& report);
/// The document of `policyc schema check`.
[[nodiscard]] std::string render_report_json(const CheckReport& report);
/// SARIF 2.1.0 (OASIS standard, 27 March 2020).
[[nodiscard]] std::string render_report_sarif(const CheckReport& report);
/// Workflow commands of GitHub Actions. It shows ten errors, ten warnings and ten notices of a step: the worst are printed as such,
/// how many others there are is said in one line.
[[nodiscard]] std::string render_report_github(const CheckReport& report);
/// One test suite a file, one case a finding; a file without one is a case that passes. What ends the run is a failure.
[[nodiscard]] std::string render_report_junit(const CheckReport& report);

}  // namespace sbx::cli
