// Places found; see the header.
#include "compiler/lsp/navigation.hpp"

#include "compiler/lsp/name_places.hpp"
#include "compiler/lsp/uris.hpp"
#include "compiler/policy/standard_fragments.hpp"

#include <algorithm>

namespace sbx::lsp {

Answer definition(Workspace& workspace, const Json& params) {
    const AskedName asked = asked_name(workspace, params);
    if (asked.document == nullptr) {
        return Json(nullptr);
    }
    if (asked.declaration) {
        return workspace.location(asked.declaration->name, *asked.document);
    }
    for (const policy::Inclusion& inclusion : asked.analysis->checked.profile.inclusions) {
        const Span span = inclusion.name.span;
        if (inclusion.name.file == &asked.analysis->file() && span.begin <= asked.offset && asked.offset <= span.end) {
            return workspace.location({inclusion.file, {0, 0}}, *asked.document);
        }
    }
    return Json(nullptr);
}

Answer references(Workspace& workspace, const Json& params) {
    const AskedName asked = asked_name(workspace, params);
    if (!asked.declaration) {
        return Json(nullptr);
    }
    const bool with_declaration = params.at("context").at("includeDeclaration").get<bool>();
    Json list = Json::array();
    for (const auto& [key, file] : places_of(workspace, *asked.document, *asked.declaration)) {
        std::set<std::pair<std::uint32_t, std::uint32_t>> spans = file.uses;
        if (with_declaration) {
            spans.insert(file.declarations.begin(), file.declarations.end());
        }
        const PositionMap positions(file.text, workspace.client.encoding);
        for (const auto& [begin, end] : spans) {
            list.push_back({{"uri", file.uri}, {"range", positions.range({begin, end})}});
        }
    }
    return list;
}

Answer text_document_content(Workspace& workspace, const Json& params) {
    const auto uri = params.at("uri").get<std::string>();
    for (const policy::StandardFragment& fragment : policy::standard_fragments()) {
        if (uri == uri_of_standard_fragment(fragment.name)) {
            return Json({{"text", fragment.text}});
        }
    }
    for (std::size_t i = 0; i < diagnostic_count(); ++i) {
        const auto kind = static_cast<DiagnosticKind>(i);
        if (uri == uri_of_page(info(kind).code)) {
            return Json({{"text", workspace.front_end.page(kind)}});
        }
    }
    return RpcError{ErrorCode::request_failed, "the compiler has no such text"};
}

}  // namespace sbx::lsp
