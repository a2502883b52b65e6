// Edits tried; see the header.
#include "compiler/lsp/edits.hpp"

#include "compiler/policy/canonical_json.hpp"

#include <algorithm>

namespace sbx::lsp {
namespace {

std::string with_edits(std::string_view text, const std::vector<const Fix*>& edits) {
    std::string edited;
    std::size_t at = 0;
    for (const Fix* const edit : edits) {
        edited += text.substr(at, edit->origin.span.begin - at);
        edited += edit->replacement;
        at = edit->origin.span.end;
    }
    return edited += text.substr(at);
}

bool means_the_same(const Checked& before, const Checked& after) {
    if (error_count(after.diagnostics) > error_count(before.diagnostics)) {
        return false;
    }
    return before.profile.incomplete || (!after.profile.incomplete && policy::canonical_json(before.profile.policy) ==
                                                                          policy::canonical_json(after.profile.policy));
}

}  // namespace

std::size_t error_count(const std::vector<Diagnostic>& diagnostics) {
    return static_cast<std::size_t>(std::count_if(diagnostics.begin(), diagnostics.end(),
                                                  [](const Diagnostic& each) { return each.severity == Severity::error; }));
}

Checked check_edited(Workspace& workspace, const Document& document, const EditedFiles& files) {
    const auto edited = files.texts.find(document.key);
    return workspace.front_end.check(document.path, edited == files.texts.end() ? document.text : edited->second, files);
}

std::vector<const Fix*> safe_fixes(Workspace& workspace, const Document& document) {
    const Analysis& analysis = workspace.analysis(document);
    std::vector<const Fix*> fixes;
    for (const Diagnostic& diagnostic : analysis.checked.diagnostics) {
        if (diagnostic.fixes.size() == 1 && diagnostic.fixes[0].safe && diagnostic.fixes[0].origin.file == &analysis.file()) {
            fixes.push_back(&diagnostic.fixes[0]);
        }
    }
    std::stable_sort(fixes.begin(), fixes.end(),
                     [](const Fix* a, const Fix* b) { return a->origin.span.begin < b->origin.span.begin; });
    std::vector<const Fix*> apart;
    for (const Fix* const fix : fixes) {
        const bool is_made = !apart.empty() && apart.back()->origin.span == fix->origin.span;  // two findings, one edit
        if (apart.empty() || (fix->origin.span.begin >= apart.back()->origin.span.end && !is_made)) {
            apart.push_back(fix);
        }
    }
    if (apart.empty()) {
        return apart;
    }
    EditedFiles files(workspace.documents);
    files.texts[document.key] = with_edits(document.text, apart);
    for (const auto& [key, root] : workspace.documents.all()) {
        const Analysis& before = workspace.analysis(*root);
        if (before.files.count(document.key) != 0 && !means_the_same(before.checked, check_edited(workspace, *root, files))) {
            return {};
        }
    }
    return apart;
}

}  // namespace sbx::lsp
