// From compilations to one report: filtered, each finding once, with a fingerprint. A fingerprint is a digest of the code, the
// file, the words at the place and the message, and of how many of the same came before; so it does not move with the lines.
#include "compiler/cli/check_report.hpp"

#include "emitters/emit.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <tuple>

namespace sbx::cli {
namespace {

bool is_named(std::string_view word, DiagnosticKind kind) {
    const auto exact = find_diagnostic(word);
    if (exact) {
        return *exact == kind;
    }
    std::string prefix(word);
    std::transform(prefix.begin(), prefix.end(), prefix.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    const std::string_view code = info(kind).code;
    return code.starts_with(prefix) || code.substr(4).starts_with(prefix);
}
bool is_among(const std::vector<std::string>& words, DiagnosticKind kind) {
    return std::any_of(words.begin(), words.end(), [kind](const std::string& word) { return is_named(word, kind); });
}

/// The file's name without what only says where it was started from.
std::string_view stable_file(const Origin& origin) {
    std::string_view name = origin.known() ? std::string_view(origin.file->name()) : std::string_view();
    while (name.starts_with("./")) {
        name.remove_prefix(2);
    }
    return name;
}

class Fingerprints {
public:
    [[nodiscard]] std::string of(const Diagnostic& diagnostic) {
        const std::string_view words =
            diagnostic.origin.known() ? diagnostic.origin.file->text(diagnostic.origin.span) : std::string_view();
        const std::string text =
            fmt::format("{}\n{}\n{}\n{}", info(diagnostic.kind).code, stable_file(diagnostic.origin), words, diagnostic.message);
        return emit::sha256_hex(fmt::format("{}\n{}", text, ++seen_[text])).substr(0, 32);
    }

private:
    std::map<std::string, std::size_t> seen_;
};

/// The same finding comes up in each profile that takes its file in.
using FindingPlace = std::tuple<std::string, std::uint32_t, std::uint32_t, DiagnosticKind, std::string>;
FindingPlace place_of(const Diagnostic& diagnostic) {
    return {std::string(stable_file(diagnostic.origin)), diagnostic.origin.span.begin, diagnostic.origin.span.end, diagnostic.kind,
            diagnostic.message};
}

}  // namespace

bool names_a_finding(std::string_view word) {
    for (std::size_t i = 0; i < diagnostic_count(); ++i) {
        if (!word.empty() && is_named(word, static_cast<DiagnosticKind>(i))) {
            return true;
        }
    }
    return false;
}

bool FindingFilter::takes(const Diagnostic& diagnostic) const {
    if (diagnostic.severity == Severity::error) {
        return true;
    }
    if (quiet || is_among(ignore, diagnostic.kind)) {
        return false;
    }
    const bool by_name = std::any_of(select.begin(), select.end(),
                                     [&](const std::string& word) { return find_diagnostic(word) == diagnostic.kind; });
    const bool selected = select.empty() || is_among(select, diagnostic.kind);
    return by_name || (selected && (pedantic || diagnostic.severity != Severity::pedantic));
}

std::size_t CheckReport::count(Severity severity) const {
    return static_cast<std::size_t>(std::count_if(findings.begin(), findings.end(), [severity](const ReportedFinding& finding) {
        return finding.diagnostic.severity == severity;
    }));
}

std::size_t CheckReport::failures() const {
    return static_cast<std::size_t>(std::count_if(findings.begin(), findings.end(),
                                                  [this](const ReportedFinding& finding) { return fails(finding.diagnostic); }));
}

ExitCode CheckReport::exit_code() const {
    return !unreadable.empty() ? ExitCode::input_output : failures() != 0 ? ExitCode::rejected : ExitCode::done;
}

CheckReport make_report(const std::deque<CheckedFile>& files, const FindingFilter& filter, Severity fail_level) {
    CheckReport report;
    report.files = &files;
    report.fail_level = fail_level;
    std::set<FindingPlace> said;
    std::set<FindingPlace> accepted;
    Fingerprints fingerprints;
    for (std::size_t i = 0; i < files.size(); ++i) {
        const Compilation& compilation = files[i].compilation;
        FindingFilter own = filter;
        own.pedantic = filter.pedantic || files[i].pedantic;
        report.included_from.insert(compilation.profile.included_from.begin(), compilation.profile.included_from.end());
        for (const Diagnostic& diagnostic : compilation.diagnostics) {
            if (!said.insert(place_of(diagnostic)).second) {
                continue;
            }
            std::string fingerprint = fingerprints.of(diagnostic);
            if (!own.takes(diagnostic)) {
                continue;
            }
            if (diagnostic.severity != Severity::error && filter.baseline.count(fingerprint) != 0) {
                ++report.known;
            } else {
                report.findings.push_back({diagnostic, i, std::move(fingerprint)});
            }
        }
        for (const Waived& waived : compilation.waived) {
            if (accepted.insert(place_of(waived.finding)).second) {
                report.waivers.push_back({waived, i, fingerprints.of(waived.finding)});
            }
        }
    }
    return report;
}

}  // namespace sbx::cli
