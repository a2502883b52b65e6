// What is said to the user about a policy: an immutable value, and the sink that collects them. Rendering is compiler/cli's.
#pragma once

#include "grammar/source_file.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sbx {

/// One per row of diagnostics.def.
enum class DiagnosticKind : std::uint16_t {
#define SBX_DIAGNOSTIC(kind, code, name, severity, summary) kind,
#include "grammar/diagnostics.def"
#undef SBX_DIAGNOSTIC
};

enum class Severity : std::uint8_t { error, warning, pedantic };

/// The registry row of a kind. `code` is `SBX-F003`, `name` is `hide-without-effect`.
struct DiagnosticInfo {
    std::string_view code;
    std::string_view name;
    Severity severity;
    std::string_view summary;
};
[[nodiscard]] const DiagnosticInfo& info(DiagnosticKind kind);
/// Looks up `SBX-F003`, `F003` or `hide-without-effect` (case of the code ignored); nullopt if there is none.
[[nodiscard]] std::optional<DiagnosticKind> find_diagnostic(std::string_view code_or_name);
[[nodiscard]] std::size_t diagnostic_count();

/// Source that matters beside the primary place: the other statement, the declaration, the base.
struct Label {
    Origin origin;
    std::string text;
};

/// One text edit. `safe` means it cannot change meaning beyond what the message says, so a tool may apply it unasked.
struct Fix {
    Origin origin;  ///< what is replaced; an empty span inserts
    std::string replacement;
    bool safe = false;
};

/// Message: what was observed, lower case, no full stop, code in back-quotes. `label`: words under the caret, may be empty.
/// `notes` follow as `= …`; `help` says what to write instead.
struct Diagnostic {
    DiagnosticKind kind{};
    Severity severity = Severity::error;
    Origin origin;
    std::string message;
    std::string label;
    std::vector<Label> labels;
    std::vector<std::string> notes;
    std::vector<std::string> help;
    std::vector<Fix> fixes;
};

/// A finding that is accepted in place, with the reason that is written there.
struct Waived {
    Diagnostic finding;
    Origin waiver;  ///< the code in it
    std::string reason;
};

/// A diagnostic under construction: `sink.report(kind, origin, "…").note("…").help("…")`. Reported when it is destroyed.
class DiagnosticSink;
class DiagnosticBuilder {
public:
    DiagnosticBuilder(DiagnosticSink& sink, Diagnostic diagnostic);
    DiagnosticBuilder(const DiagnosticBuilder&) = delete;
    DiagnosticBuilder& operator=(const DiagnosticBuilder&) = delete;
    ~DiagnosticBuilder();

    DiagnosticBuilder& caret(std::string words);
    DiagnosticBuilder& label(Origin origin, std::string words);
    DiagnosticBuilder& note(std::string text);
    DiagnosticBuilder& help(std::string text);
    DiagnosticBuilder& fix(Origin origin, std::string replacement, bool safe);

private:
    DiagnosticSink& sink_;
    Diagnostic diagnostic_;
};

/// Collects everything; nothing is printed while a stage runs.
class DiagnosticSink {
public:
    /// Severity comes from the registry.
    DiagnosticBuilder report(DiagnosticKind kind, Origin origin, std::string message);
    DiagnosticBuilder report(DiagnosticKind kind, Severity severity, Origin origin, std::string message);
    void add(Diagnostic diagnostic);
    /// Kept apart from all others: it is nothing that anybody has to do something about.
    void add_waived(Waived waived) { waived_.push_back(std::move(waived)); }

    [[nodiscard]] const std::vector<Waived>& waived() const { return waived_; }
    /// Sorted by file order of first mention, offset, code; duplicates removed.
    [[nodiscard]] std::vector<Diagnostic> sorted() const;
    [[nodiscard]] bool has_errors() const { return errors_ > 0; }
    [[nodiscard]] std::size_t error_count() const { return errors_; }

private:
    std::vector<Diagnostic> diagnostics_;
    std::vector<Waived> waived_;
    std::size_t errors_ = 0;
    std::size_t pedantic_ = 0;
};

/// The candidate nearest to `word` (Damerau-Levenshtein, at most a third of its length away), for "did you mean".
[[nodiscard]] std::optional<std::string_view> nearest(std::string_view word, const std::vector<std::string_view>& candidates);

}  // namespace sbx
