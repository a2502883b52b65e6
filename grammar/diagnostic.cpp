// The registry of diagnostics, the builder and the sink. Assumes diagnostics.def has neither a code nor a name twice (a test says
// so); guarantees that the sorted list depends on what was reported and on the order in which files were first mentioned, on
// nothing else.
#include "grammar/diagnostic.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

namespace sbx {

namespace {

constexpr auto error = Severity::error;
constexpr auto warning = Severity::warning;
[[maybe_unused]] constexpr auto pedantic = Severity::pedantic;

constexpr auto registry = std::to_array<DiagnosticInfo>({
#define SBX_DIAGNOSTIC(kind, code, name, severity, summary) {code, name, severity, summary},
#include "grammar/diagnostics.def"
#undef SBX_DIAGNOSTIC
});

constexpr std::string_view code_prefix = "SBX-";

char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

bool same_ignoring_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return upper(x) == upper(y); });
}

/// Insertions, deletions, substitutions and swaps of neighbours that turn `a` into `b`, case ignored (optimal string alignment).
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before_last(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        row[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::swap(before_last, last);
        std::swap(last, row);
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const bool same = upper(a[i - 1]) == upper(b[j - 1]);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0U : 1U)});
            if (i > 1 && j > 1 && upper(a[i - 1]) == upper(b[j - 2]) && upper(a[i - 2]) == upper(b[j - 1])) {
                row[j] = std::min(row[j], before_last[j - 2] + 1);
            }
        }
    }
    return row[b.size()];
}

/// Nobody mistypes a word of this length; it bounds the work of `nearest`.
constexpr std::size_t longest_word = 64;

}  // namespace

const DiagnosticInfo& info(DiagnosticKind kind) {
    return registry.at(static_cast<std::size_t>(kind));
}

std::size_t diagnostic_count() {
    return registry.size();
}

std::optional<DiagnosticKind> find_diagnostic(std::string_view code_or_name) {
    const auto found = std::find_if(registry.begin(), registry.end(), [&](const DiagnosticInfo& row) {
        return row.name == code_or_name || same_ignoring_case(row.code, code_or_name) ||
               same_ignoring_case(row.code.substr(code_prefix.size()), code_or_name);
    });
    if (found == registry.end()) {
        return std::nullopt;
    }
    return static_cast<DiagnosticKind>(found - registry.begin());
}

DiagnosticBuilder::DiagnosticBuilder(DiagnosticSink& sink, Diagnostic diagnostic)
    : sink_(sink), diagnostic_(std::move(diagnostic)) {}

DiagnosticBuilder::~DiagnosticBuilder() {
    sink_.add(std::move(diagnostic_));
}

DiagnosticBuilder& DiagnosticBuilder::caret(std::string words) {
    diagnostic_.label = std::move(words);
    return *this;
}

DiagnosticBuilder& DiagnosticBuilder::label(Origin origin, std::string words) {
    diagnostic_.labels.push_back({origin, std::move(words)});
    return *this;
}

DiagnosticBuilder& DiagnosticBuilder::note(std::string text) {
    diagnostic_.notes.push_back(std::move(text));
    return *this;
}

DiagnosticBuilder& DiagnosticBuilder::help(std::string text) {
    diagnostic_.help.push_back(std::move(text));
    return *this;
}

DiagnosticBuilder& DiagnosticBuilder::fix(Origin origin, std::string replacement, bool safe) {
    diagnostic_.fixes.push_back({origin, std::move(replacement), safe});
    return *this;
}

DiagnosticBuilder DiagnosticSink::report(DiagnosticKind kind, Origin origin, std::string message) {
    return report(kind, info(kind).severity, origin, std::move(message));
}

DiagnosticBuilder DiagnosticSink::report(DiagnosticKind kind, Severity severity, Origin origin, std::string message) {
    Diagnostic diagnostic;
    diagnostic.kind = kind;
    diagnostic.severity = severity;
    diagnostic.origin = origin;
    diagnostic.message = std::move(message);
    return {*this, std::move(diagnostic)};
}

void DiagnosticSink::add(Diagnostic diagnostic) {
    // More of one severity than anybody reads: the first that is left out stands for the others.
    constexpr std::size_t most = 500;
    const bool is_error = diagnostic.severity == Severity::error;
    const bool is_pedantic = diagnostic.severity == Severity::pedantic;
    const std::size_t errors_kept = std::min(errors_, most + 1);
    const std::size_t pedantic_kept = std::min(pedantic_, most + 1);
    const std::size_t before = is_error ? errors_ : is_pedantic ? pedantic_ : diagnostics_.size() - errors_kept - pedantic_kept;
    errors_ += is_error ? 1U : 0U;
    pedantic_ += is_pedantic ? 1U : 0U;
    if (before > most) {
        return;
    }
    if (before == most) {
        Diagnostic last;
        last.kind = DiagnosticKind::too_many_errors;
        last.severity = diagnostic.severity;
        last.origin = diagnostic.origin;
        last.message = std::string("more than 500 ") + (is_error ? "errors" : "findings") + ": the others are left out";
        last.help.emplace_back(is_error ? "mend the others first; is this a policy?" : "mend the others first");
        diagnostic = std::move(last);
    }
    diagnostics_.push_back(std::move(diagnostic));
}

std::vector<Diagnostic> DiagnosticSink::sorted() const {
    // Files are ranked by first mention, not by address: addresses differ from run to run.
    std::map<const SourceFile*, std::size_t> rank;
    for (const Diagnostic& diagnostic : diagnostics_) {
        rank.emplace(diagnostic.origin.file, rank.size());
    }
    std::vector<Diagnostic> result = diagnostics_;
    const auto key = [&](const Diagnostic& d) {
        return std::tuple(rank.at(d.origin.file), d.origin.span.begin, info(d.kind).code, d.origin.span.end,
                          std::string_view(d.message));
    };
    std::stable_sort(result.begin(), result.end(), [&](const Diagnostic& a, const Diagnostic& b) { return key(a) < key(b); });
    const auto same = [&](const Diagnostic& a, const Diagnostic& b) { return key(a) == key(b); };
    result.erase(std::unique(result.begin(), result.end(), same), result.end());
    return result;
}

std::optional<std::string_view> nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
    if (word.size() > longest_word) {
        return std::nullopt;
    }
    std::optional<std::string_view> best;
    std::size_t best_distance = word.size() / 3 + 1;
    for (const std::string_view candidate : candidates) {
        const std::size_t gap = candidate.size() > word.size() ? candidate.size() - word.size() : word.size() - candidate.size();
        const std::size_t distance = gap < best_distance ? edit_distance(word, candidate) : gap;
        if (distance < best_distance) {
            best = candidate;
            best_distance = distance;
        }
    }
    return best;
}

}  // namespace sbx
