// Findings to edits; see the header.
#include "compiler/lsp/code_actions.hpp"

#include "compiler/lsp/diagnostics.hpp"
#include "compiler/lsp/edits.hpp"
#include "compiler/lsp/name_places.hpp"
#include "grammar/syntax_views.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace sbx::lsp {
namespace {

constexpr std::size_t longest_shown = 60;

/// Words of an edit as a title shows them.
std::string shown_words(std::string_view text) {
    const bool is_long = text.size() > longest_shown || text.find('\n') != std::string_view::npos;
    return fmt::format("`{}{}`", text.substr(0, std::min(text.find('\n'), is_long ? longest_shown : text.size())),
                       is_long ? "…" : "");
}

std::string_view without_blanks(std::string_view text) {
    const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; };
    while (!text.empty() && is_blank(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && is_blank(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

std::string title_of(const Fix& fix) {
    const std::string_view old = without_blanks(fix.origin.file->text(fix.origin.span));
    const std::string_view replacement = without_blanks(fix.replacement);
    if (replacement.empty()) {
        return fmt::format("Remove {}", shown_words(old));
    }
    return old.empty() ? fmt::format("Insert {}", shown_words(replacement))
                       : fmt::format("Replace {} by {}", shown_words(old), shown_words(replacement));
}

/// The innermost statement that holds the span; nullopt for one of the header, which takes no waiver.
std::optional<StatementView> statement_around(const std::vector<StatementView>& statements, const Span& span) {
    for (const StatementView& statement : statements) {
        const Span whole = statement.origin().span;
        if (whole.begin > span.begin || span.end > whole.end) {
            continue;
        }
        if (const auto block = statement.block()) {
            if (const auto inner = statement_around(block->statements(), span)) {
                return inner;
            }
        }
        return statement;
    }
    return std::nullopt;
}

bool is_header(const StatementView& statement) {
    const std::string_view keyword = statement.keyword().text();
    return keyword == "sbx" || keyword == "profile" || keyword == "fragment";
}

/// An insertion that waives the finding: at the end of its statement, or, for one about the whole file, as a statement below the
/// header. nullopt for what can't be waived.
std::optional<std::pair<std::uint32_t, std::string>> waiver_of(const Diagnostic& diagnostic, const SyntaxTree& tree) {
    if (diagnostic.severity == Severity::error || diagnostic.kind == DiagnosticKind::stale_waiver) {
        return std::nullopt;
    }
    const std::string waiver = fmt::format("waive {} \"why this is fine\"", info(diagnostic.kind).code);
    const auto statement = statement_around(statements(tree), diagnostic.origin.span);
    if (!statement) {
        return std::nullopt;
    }
    if (is_header(*statement)) {
        return std::pair(statement->origin().span.end, "\n" + waiver);
    }
    const auto& items = statement->items();
    const Span last = items.empty() ? statement->keyword().span() : items.back().span();
    return std::pair(last.end, " " + waiver);
}

class ActionList {
public:
    ActionList(Workspace& workspace, const Document& document)
        : workspace_(workspace), document_(document), analysis_(workspace.analysis(document)) {}

    void add_for(const Diagnostic& diagnostic) {
        for (const Fix& fix : diagnostic.fixes) {
            if (fix.origin.file == diagnostic.origin.file) {
                Json action = quick_fix(title_of(fix), diagnostic, {edit(fix.origin.span, fix.replacement)});
                if (fix.safe) {
                    action["isPreferred"] = true;
                }
                add(std::move(action));
            }
        }
        if (const auto waiver = waiver_of(diagnostic, analysis_.tree())) {
            const DiagnosticInfo& row = info(diagnostic.kind);
            add(quick_fix(fmt::format("Waive {} ({}) here, with a reason", row.code, row.name), diagnostic,
                          {edit({waiver->first, waiver->first}, waiver->second)}));
        }
    }

    void add_fix_all() {
        Json edits = Json::array();
        for (const Fix* const fix : safe_fixes(workspace_, document_)) {
            edits.push_back(edit(fix->origin.span, fix->replacement));
        }
        if (!edits.empty()) {
            list_.push_back({{"title", "Make all edits that change no meaning"},
                             {"kind", "source.fixAll"},
                             {"edit", {{"changes", {{document_.uri, std::move(edits)}}}}}});
        }
    }

    [[nodiscard]] Json take() { return std::move(list_); }

private:
    /// What several policies say of a file that they take in is offered once.
    void add(Json action) {
        if (std::find(list_.begin(), list_.end(), action) == list_.end()) {
            list_.push_back(std::move(action));
        }
    }
    [[nodiscard]] Json edit(Span span, std::string_view text) const {
        return {{"range", analysis_.positions.range(span)}, {"newText", text}};
    }
    [[nodiscard]] Json quick_fix(const std::string& title, const Diagnostic& diagnostic, const std::vector<Json>& edits) const {
        return {{"title", title},
                {"kind", "quickfix"},
                {"diagnostics", std::vector<Json>{to_json(diagnostic, workspace_, document_)}},
                {"edit", {{"changes", {{document_.uri, edits}}}}}};
    }

    Workspace& workspace_;
    const Document& document_;
    const Analysis& analysis_;
    Json list_ = Json::array();
};

/// What is wrong in a document: its own findings, then those that only a policy which takes it in can have.
std::vector<const Diagnostic*> found_in(Workspace& workspace, const Document& document) {
    std::vector<const Diagnostic*> found;
    const auto add_of = [&](const Document& root) {
        for (const Diagnostic& diagnostic : workspace.analysis(root).checked.diagnostics) {
            if (diagnostic.origin.known() && key_of(*diagnostic.origin.file, workspace, root) == document.key) {
                found.push_back(&diagnostic);
            }
        }
    };
    add_of(document);
    for (const auto& [key, root] : workspace.documents.all()) {
        if (key != document.key && workspace.analysis(*root).files.count(document.key) != 0) {
            add_of(*root);
        }
    }
    return found;
}

/// Whether the client asks for actions of a kind: for all, for it, or for one that it belongs to. `explicitly`: by name.
bool asks_for(const Json& context, std::string_view kind, bool explicitly) {
    const auto only = context.find("only");
    if (only == context.end() || !only->is_array()) {
        return !explicitly;
    }
    return std::any_of(only->begin(), only->end(), [kind](const Json& each) {
        const auto& name = each.get_ref<const std::string&>();
        return kind == name || name.empty() || kind.starts_with(name + ".");
    });
}

}  // namespace

Answer code_actions(Workspace& workspace, const Json& params) {
    const Document* const document = workspace.document_of(params);
    if (document == nullptr || !workspace.client.code_action_literals) {
        return Json(nullptr);
    }
    const PositionMap& positions = workspace.analysis(*document).positions;
    const std::uint32_t begin = positions.offset(read_position(params.at("range").at("start")));
    const std::uint32_t end = positions.offset(read_position(params.at("range").at("end")));
    const Json& context = params.at("context");
    ActionList actions(workspace, *document);
    for (const Diagnostic* const diagnostic : found_in(workspace, *document)) {
        const Span span = diagnostic->origin.span;
        if (span.begin <= end && begin <= span.end && asks_for(context, "quickfix", false)) {
            actions.add_for(*diagnostic);
        }
    }
    if (asks_for(context, "source.fixAll", true)) {
        actions.add_fix_all();
    }
    return actions.take();
}

}  // namespace sbx::lsp
