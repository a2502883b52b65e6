// A report as lines: for people, for editors, for GitHub's log.
#include "compiler/cli/display_text.hpp"
#include "compiler/cli/report_formats.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace sbx::cli {
namespace {

std::vector<Diagnostic> diagnostics_of(const CheckReport& report) {
    std::vector<Diagnostic> all;
    for (const ReportedFinding& finding : report.findings) {
        all.push_back(finding.diagnostic);
    }
    return all;
}

std::string gcc_place(const Origin& origin) {
    if (!origin.known()) {
        return "policyc";
    }
    const LineColumn at = origin.file->position(origin.span.begin);
    return fmt::format("{}:{}:{}", displayed(origin.file->name()), at.line, at.column);
}

std::string_view gcc_severity(Severity severity) {
    // A severity of their own is what the readers of this form do not know.
    return severity == Severity::error ? "error" : severity == Severity::warning ? "warning" : "note";
}

/// Percent-encoding as the runner decodes it: in data `%`, CR and LF, in properties `:` and `,`, too.
std::string github_escaped(std::string_view text, bool property) {
    std::string out;
    for (const char byte : displayed(text)) {
        if (byte == '%' || (property && (byte == ':' || byte == ','))) {
            out += fmt::format("%{:02X}", static_cast<unsigned char>(byte));
        } else {
            out += byte;
        }
    }
    return out;
}

std::string_view github_command(Severity severity) {
    return severity == Severity::error ? "error" : severity == Severity::warning ? "warning" : "notice";
}

std::string github_line(const Diagnostic& diagnostic) {
    const DiagnosticInfo& row = info(diagnostic.kind);
    std::string properties;
    if (diagnostic.origin.known()) {
        const SourceFile& file = *diagnostic.origin.file;
        const LineColumn begin = file.position(diagnostic.origin.span.begin);
        const LineColumn end = file.position(diagnostic.origin.span.end);
        properties = fmt::format("file={},line={},endLine={},", github_escaped(file.name(), true), begin.line, end.line);
        // The runner refuses columns over several lines.
        if (begin.line == end.line) {
            properties += fmt::format("col={},endColumn={},", begin.column, std::max(begin.column, end.column));
        }
    }
    std::string message = github_escaped(diagnostic.message, false);
    for (const std::string& help : diagnostic.help) {
        message += "%0Ahelp: " + github_escaped(help, false);
    }
    return fmt::format("::{} {}title={}::{}\n", github_command(diagnostic.severity), properties,
                       github_escaped(fmt::format("{} {}", row.code, row.name), true), message);
}

}  // namespace

std::string render_report_text(const CheckReport& report, bool color, Summary summary) {
    std::string out = render_text({diagnostics_of(report), report.included_from}, color, summary);
    if (report.known != 0 && summary == Summary::printed) {
        if (!out.empty()) {
            out.pop_back();
            out += ", ";
        }
        out += fmt::format("{} known from the baseline\n", report.known);
    }
    return out;
}

std::string render_report_gcc(const CheckReport& report) {
    std::string out;
    for (const ReportedFinding& finding : report.findings) {
        const Diagnostic& each = finding.diagnostic;
        const std::string place = gcc_place(each.origin);
        out += fmt::format("{}: {}: {} [{}]\n", place, gcc_severity(each.severity), displayed(each.message), info(each.kind).code);
        for (const Label& label : each.labels) {
            out += fmt::format("{}: note: {}\n", gcc_place(label.origin), displayed(label.text));
        }
        for (const std::string& help : each.help) {
            out += fmt::format("{}: note: {}\n", place, displayed(help));
        }
    }
    return out;
}

std::string render_report_github(const CheckReport& report) {
    constexpr std::size_t most_shown = 10;  // of each severity, by GitHub's limits for one step
    std::string out;
    std::size_t left_out = 0;
    for (const Severity severity : {Severity::error, Severity::warning, Severity::pedantic}) {
        std::size_t shown = 0;
        for (const ReportedFinding& finding : report.findings) {
            if (finding.diagnostic.severity == severity) {
                if (++shown <= most_shown) {
                    out += github_line(finding.diagnostic);
                } else {
                    ++left_out;
                }
            }
        }
    }
    if (left_out != 0) {
        out += fmt::format("{} more finding{}: GitHub shows no more of one step\n", left_out, left_out == 1 ? "" : "s");
    }
    return out;
}

std::string render_report(const CheckReport& report, CheckFormat format, bool color, Summary summary) {
    switch (format) {
        case CheckFormat::text:
            return render_report_text(report, color, summary);
        case CheckFormat::json:
            return render_report_json(report);
        case CheckFormat::sarif:
            return render_report_sarif(report);
        case CheckFormat::github:
            return render_report_github(report);
        case CheckFormat::junit:
            return render_report_junit(report);
        case CheckFormat::gcc:
            return render_report_gcc(report);
    }
    return {};
}

}  // namespace sbx::cli
