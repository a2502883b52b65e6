// What `policyc check` found, as one value: every format is written from it, and the exit code is computed from it.
#pragma once

#include "compiler/cli/compile.hpp"
#include "compiler/cli/exit_codes.hpp"
#include "compiler/cli/render_text.hpp"

#include <deque>
#include <set>
#include <string>
#include <vector>

namespace sbx::cli {

/// One file that was named, or found in a directory.
struct CheckedFile {
    std::string path;  ///< as the user wrote it, or derived from it
    Compilation compilation;
    bool pedantic = false;  ///< the house rules that hold for it ask for pedantic findings
};

struct ReportedFinding {
    Diagnostic diagnostic;
    std::size_t file = 0;  ///< index of the checked file in which it was found; the first, if in several
    /// 32 hexadecimal digits that stay the same when lines are added above, and differ between findings.
    std::string fingerprint;
};
struct ReportedWaiver {
    Waived waived;
    std::size_t file = 0;
    std::string fingerprint;
};

struct CheckReport {
    const std::deque<CheckedFile>* files = nullptr;
    InclusionMap included_from;
    std::vector<ReportedFinding> findings;  ///< by file, then place; each once, though many files take in what it is about
    std::vector<ReportedWaiver> waivers;    ///< findings that are accepted in place
    std::size_t known = 0;                  ///< findings that the baseline has already, left out
    std::vector<std::string> unreadable;    ///< one sentence a file
    Severity fail_level = Severity::error;

    [[nodiscard]] std::size_t count(Severity severity) const;
    /// Findings at the level, or above, that ends the run with 1.
    [[nodiscard]] std::size_t failures() const;
    [[nodiscard]] bool fails(const Diagnostic& diagnostic) const { return diagnostic.severity <= fail_level; }
    [[nodiscard]] ExitCode exit_code() const;
};

/// Which findings are reported. An error always is.
struct FindingFilter {
    std::vector<std::string> select;  ///< `F005`, `SBX-F005`, `too-wide`, or how codes begin: `F`; empty for all
    std::vector<std::string> ignore;  ///< likewise
    bool pedantic = false;
    bool quiet = false;  ///< errors alone
    std::set<std::string> baseline;

    [[nodiscard]] bool takes(const Diagnostic& diagnostic) const;
};
/// Whether some code or name is meant by a word of `--select` or `--ignore`.
[[nodiscard]] bool names_a_finding(std::string_view word);

/// `files` outlive the report.
[[nodiscard]] CheckReport make_report(const std::deque<CheckedFile>& files, const FindingFilter& filter, Severity fail_level);

}  // namespace sbx::cli
