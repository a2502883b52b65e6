// The edit made as small as whole lines allow, so that the cursor stays where it is; see the header.
#include "compiler/lsp/formatting.hpp"

#include "grammar/styled_source.hpp"

#include <algorithm>

namespace sbx::lsp {
namespace {

/// What differs, begun and ended at the starts of lines.
struct Difference {
    Span span;
    std::string_view replacement;
};

Difference line_difference(std::string_view before, std::string_view after) {
    const auto same = std::mismatch(before.begin(), before.end(), after.begin(), after.end()).first;
    auto begin = static_cast<std::size_t>(same - before.begin());
    begin = begin == 0 ? 0 : before.rfind('\n', begin - 1) + 1;
    const std::string_view old_rest = before.substr(begin);
    const std::string_view new_rest = after.substr(begin);
    const auto tail = std::mismatch(old_rest.rbegin(), old_rest.rend(), new_rest.rbegin(), new_rest.rend()).first;
    auto common = static_cast<std::size_t>(tail - old_rest.rbegin());
    // What is common begins behind a line end, in both.
    const std::size_t line = old_rest.find('\n', old_rest.size() - common);
    common = line == std::string_view::npos ? 0 : old_rest.size() - line - 1;
    return {{static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(before.size() - common)},
            new_rest.substr(0, new_rest.size() - common)};
}

}  // namespace

Answer formatting(Workspace& workspace, const Json& params) {
    const Document* const document = workspace.document_of(params);
    if (document == nullptr) {
        return Json(nullptr);
    }
    const SourceFile file(document->path, document->text);
    DiagnosticSink sink;
    const StyledSource styled = styled_source(file, sink);
    switch (styled.styling) {
        case Styling::broken:
            return Json(nullptr);
        case Styling::too_large:
            return RpcError{ErrorCode::request_failed, "in the style the text would be larger than a policy may be"};
        case Styling::not_same:
            return RpcError{ErrorCode::internal_error, "formatted, the text would not say the same; this is a bug in policyc"};
        case Styling::done:
            break;
    }
    Json edits = Json::array();
    if (styled.text != document->text) {
        const Difference difference = line_difference(file.text(), styled.text);
        const PositionMap positions(file.text(), workspace.client.encoding);
        edits.push_back({{"range", positions.range(difference.span)}, {"newText", difference.replacement}});
    }
    return edits;
}

}  // namespace sbx::lsp
