// Analyses made and dropped; see the header.
#include "compiler/lsp/workspace.hpp"

#include "compiler/lsp/uris.hpp"
#include "compiler/policy/standard_fragments.hpp"

namespace sbx::lsp {

const Analysis& Workspace::analysis(const Document& document) {
    std::unique_ptr<Analysis>& kept = analyses_[document.key];
    if (kept == nullptr) {
        Checked checked = front_end.check(document.path, document.text, documents);
        kept = std::make_unique<Analysis>(std::move(checked), client.encoding);
        for (const SourceFile& file : kept->checked.sources.files) {
            if (!file.name().starts_with('<') && !policy::find_standard_fragment(file.name())) {
                kept->files.insert(documents.canonical(file.name()));
            }
        }
        kept->files.insert(document.key);
    }
    return *kept;
}

Document* Workspace::document_of(const Json& params) const {
    return documents.find(params.at("textDocument").at("uri").get<std::string>());
}

void Workspace::text_changed(const std::string& key) {
    for (auto at = analyses_.begin(); at != analyses_.end();) {
        const bool depends = at->second == nullptr || at->second->files.count(key) != 0;
        at = depends ? analyses_.erase(at) : std::next(at);
    }
}

void Workspace::files_changed() {
    analyses_.clear();
    front_end.forget_house_rules();
}

std::optional<std::string> Workspace::uri_of(const SourceFile& file, const Document& root) const {
    if (policy::find_standard_fragment(file.name())) {
        return client.opens_content ? std::optional(uri_of_standard_fragment(file.name())) : std::nullopt;
    }
    if (file.name().starts_with('<')) {
        return file.name() == "<stdin>" ? std::optional(root.uri) : std::nullopt;
    }
    const std::string key = documents.canonical(file.name());
    if (const Document* const open = documents.find_key(key)) {
        return open->uri;
    }
    return key.starts_with('/') ? std::optional(uri_of_path(key)) : std::nullopt;
}

Json Workspace::location(const Origin& origin, const Document& root) {
    const auto uri = origin.known() ? uri_of(*origin.file, root) : std::nullopt;
    if (!uri) {
        return nullptr;
    }
    return {{"uri", *uri}, {"range", PositionMap(origin.file->text(), client.encoding).range(origin.span)}};
}

}  // namespace sbx::lsp
