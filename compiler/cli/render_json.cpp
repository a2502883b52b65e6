// Diagnostics as JSON; see the header.
#include "compiler/cli/render_json.hpp"

#include "compiler/cli/json_place.hpp"

#include <algorithm>

namespace sbx::cli {

nlohmann::ordered_json json_place(const Origin& origin) {
    if (!origin.known()) {
        return nullptr;
    }
    const LineColumn begin = origin.file->position(origin.span.begin);
    const LineColumn end = origin.file->position(origin.span.end);
    return {{"file", origin.file->name()}, {"line", begin.line},         {"column", begin.column}, {"end_line", end.line},
            {"end_column", end.column},    {"begin", origin.span.begin}, {"end", origin.span.end}};
}

using nlohmann::ordered_json;

ordered_json json_diagnostic(const Diagnostic& diagnostic, const InclusionMap& included_from) {
    const DiagnosticInfo& row = info(diagnostic.kind);
    ordered_json labels = ordered_json::array();
    for (const Label& label : diagnostic.labels) {
        labels.push_back({{"place", json_place(label.origin)}, {"text", label.text}});
    }
    ordered_json fixes = ordered_json::array();
    for (const Fix& fix : diagnostic.fixes) {
        fixes.push_back({{"place", json_place(fix.origin)}, {"replacement", fix.replacement}, {"safe", fix.safe}});
    }
    ordered_json chain = ordered_json::array();
    auto from = included_from.find(diagnostic.origin.file);
    for (int depth = 0; from != included_from.end() && depth < 40; ++depth) {
        chain.push_back(json_place(from->second));
        from = included_from.find(from->second.file);
    }
    return {{"code", row.code},
            {"name", row.name},
            {"severity", to_text(diagnostic.severity)},
            {"message", diagnostic.message},
            {"place", json_place(diagnostic.origin)},
            {"label", diagnostic.label},
            {"labels", std::move(labels)},
            {"notes", diagnostic.notes},
            {"help", diagnostic.help},
            {"fixes", std::move(fixes)},
            {"included_from", std::move(chain)}};
}

std::string render_json(const RenderInput& input) {
    const auto count = [&](Severity severity) {
        return std::count_if(input.diagnostics.begin(), input.diagnostics.end(),
                             [&](const Diagnostic& d) { return d.severity == severity; });
    };
    ordered_json list = ordered_json::array();
    for (const Diagnostic& diagnostic : input.diagnostics) {
        list.push_back(json_diagnostic(diagnostic, input.included_from));
    }
    const ordered_json document = {{"format", 1},
                                   {"errors", count(Severity::error)},
                                   {"warnings", count(Severity::warning)},
                                   {"diagnostics", std::move(list)}};
    return document.dump(2, ' ', true, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace sbx::cli
