// Diagnostics told; see the header. What stands in a file that a client can't open is shown where that file is taken in.
#include "compiler/lsp/diagnostics.hpp"

#include "compiler/lsp/messages.hpp"
#include "compiler/lsp/uris.hpp"
#include "compiler/policy/standard_fragments.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace sbx::lsp {
namespace {

/// `DiagnosticSeverity`, `DiagnosticTag`.
constexpr int error_severity = 1;
constexpr int warning_severity = 2;
constexpr int information_severity = 3;
constexpr int unnecessary_tag = 1;

int severity_number(Severity severity) {
    switch (severity) {
        case Severity::error:
            return error_severity;
        case Severity::warning:
            return warning_severity;
        case Severity::pedantic:
            return information_severity;
    }
    return error_severity;
}

/// The place itself, or the `use` through which its file came in, where a client can go; the start of the document else.
Origin shown_place(const Origin& origin, const Workspace& workspace, const Document& document, const Checked& checked) {
    Origin place = origin;
    while (place.known() &&
           (policy::find_standard_fragment(place.file->name()) || !workspace.uri_of(*place.file, document).has_value())) {
        const auto above = checked.profile.included_from.find(place.file);
        place = above == checked.profile.included_from.end() ? Origin{} : above->second;
    }
    return place.known() ? place : Origin{&checked.sources.files.front(), {0, 0}};
}

Json related(const Diagnostic& diagnostic, Workspace& workspace, const Document& document) {
    Json list = Json::array();
    for (const Label& label : diagnostic.labels) {
        Json location = workspace.location(label.origin, document);
        if (!location.is_null()) {
            list.push_back({{"location", std::move(location)}, {"message", label.text.empty() ? "see here" : label.text}});
        }
    }
    return list;
}

/// Labels that a client can't be sent to are said in words.
std::string unreachable_labels(const Diagnostic& diagnostic, const Workspace& workspace, const Document& document) {
    std::string lines;
    for (const Label& label : diagnostic.labels) {
        const bool is_shown =
            workspace.client.related_information && label.origin.known() && workspace.uri_of(*label.origin.file, document);
        if (!is_shown) {
            lines += fmt::format("\n{}: {}", label.origin.describe(), label.text);
        }
    }
    return lines;
}

Json failure_diagnostic(const std::string& sentence) {
    const Json start = {{"line", 0}, {"character", 0}};
    return {
        {"range", {{"start", start}, {"end", start}}}, {"severity", error_severity}, {"source", "policyc"}, {"message", sentence}};
}

Json with_range(const Diagnostic& diagnostic, Json range, Workspace& workspace, const Document& document) {
    const DiagnosticInfo& row = info(diagnostic.kind);
    Json json = {{"range", std::move(range)}, {"severity", severity_number(diagnostic.severity)}, {"code", row.code}};
    if (workspace.client.code_descriptions && workspace.client.opens_content) {
        json["codeDescription"] = {{"href", uri_of_page(row.code)}};
    }
    json["source"] = "policyc";
    json["message"] = whole_message(diagnostic) + unreachable_labels(diagnostic, workspace, document);
    if (workspace.client.tags && is_about_nothing(diagnostic.kind)) {
        json["tags"] = {unnecessary_tag};
    }
    if (workspace.client.related_information) {
        if (Json list = related(diagnostic, workspace, document); !list.empty()) {
            json["relatedInformation"] = std::move(list);
        }
    }
    return json;
}

}  // namespace

bool is_about_nothing(DiagnosticKind kind) {
    static constexpr std::array kinds = {
        DiagnosticKind::dead_statement, DiagnosticKind::hide_without_effect,    DiagnosticKind::unused_name,
        DiagnosticKind::stale_waiver,   DiagnosticKind::dead_network_statement, DiagnosticKind::dead_filter_statement};
    return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

std::string whole_message(const Diagnostic& diagnostic) {
    std::string text = diagnostic.message;
    if (!diagnostic.label.empty()) {
        text += fmt::format(": {}", diagnostic.label);
    }
    for (const std::string& note : diagnostic.notes) {
        text += fmt::format("\n{}", note);
    }
    for (const std::string& help : diagnostic.help) {
        text += fmt::format("\nhelp: {}", help);
    }
    return text;
}

Json to_json(const Diagnostic& diagnostic, Workspace& workspace, const Document& document) {
    const Analysis& analysis = workspace.analysis(document);
    const Origin place = shown_place(diagnostic.origin, workspace, document, analysis.checked);
    return with_range(diagnostic, analysis.positions.range(place.span), workspace, document);
}

std::map<std::string, std::vector<Json>> diagnostics_by_file(Workspace& workspace, const Document& document) {
    const Analysis& analysis = workspace.analysis(document);
    std::map<std::string, std::vector<Json>> by_file;
    std::map<const SourceFile*, PositionMap> maps;
    by_file[document.uri];
    if (!analysis.checked.failure.empty()) {
        by_file[document.uri].push_back(failure_diagnostic(analysis.checked.failure));
    }
    for (const Diagnostic& diagnostic : analysis.checked.diagnostics) {
        const Origin place = shown_place(diagnostic.origin, workspace, document, analysis.checked);
        const auto uri = workspace.uri_of(*place.file, document);
        const auto map = maps.try_emplace(place.file, place.file->text(), workspace.client.encoding).first;
        by_file[uri.value_or(document.uri)].push_back(with_range(diagnostic, map->second.range(place.span), workspace, document));
    }
    return by_file;
}

std::string DiagnosticBoard::publish(Workspace& workspace, const std::set<std::string>& renewed) {
    std::map<std::string, Json> now;
    for (const auto& [key, document] : workspace.documents.all()) {
        for (auto& [uri, found] : diagnostics_by_file(workspace, *document)) {
            Json& list = now.try_emplace(uri, Json::array()).first->second;
            // A fragment's own are found in each policy that takes it in, too.
            const std::size_t before = list.size();
            for (Json& each : found) {
                const auto end = list.begin() + static_cast<std::ptrdiff_t>(before);
                if (std::find(list.begin(), end, each) == end) {
                    list.push_back(std::move(each));
                }
            }
        }
    }
    for (const auto& [uri, list] : said_) {
        now.try_emplace(uri, Json::array());
    }
    std::string out;
    for (auto& [uri, list] : now) {
        const auto said = said_.find(uri);
        const bool is_new = said == said_.end() ? !list.empty() : said->second != list;
        if (is_new || renewed.count(uri) != 0) {
            const Document* const document = workspace.documents.find(uri);
            Json params = {{"uri", uri}};
            if (document != nullptr) {
                params["version"] = document->version;
            }
            params["diagnostics"] = list;
            out += notification("textDocument/publishDiagnostics", params);
        }
    }
    std::erase_if(now, [](const auto& entry) { return entry.second.empty(); });
    said_ = std::move(now);
    return out;
}

}  // namespace sbx::lsp
