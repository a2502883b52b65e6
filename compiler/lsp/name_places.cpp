// Names followed from one analysis to the next; see the header.
#include "compiler/lsp/name_places.hpp"

#include "compiler/policy/standard_fragments.hpp"

namespace sbx::lsp {

std::string key_of(const SourceFile& file, const Workspace& workspace, const Document& root) {
    return file.name().starts_with('<') ? root.key : workspace.documents.canonical(file.name());
}

AskedName asked_name(Workspace& workspace, const Json& params) {
    AskedName asked;
    asked.document = workspace.document_of(params);
    if (asked.document == nullptr) {
        return asked;
    }
    asked.analysis = &workspace.analysis(*asked.document);
    asked.offset = asked.analysis->positions.offset(read_position(params.at("position")));
    const Names names(asked.analysis->checked);
    if (const auto found = names.at(asked.analysis->file(), asked.offset)) {
        asked.name = found->name;
        if (found->declaration != nullptr) {
            asked.declaration = *found->declaration;
        }
    }
    return asked;
}

NamePlaces places_of(Workspace& workspace, const Document& document, const NameDeclaration& declaration) {
    const std::string wanted = key_of(*declaration.name.file, workspace, document);
    NamePlaces places;
    const auto file_at = [&](const SourceFile& file, const Document& root) -> PlacesInFile* {
        const auto uri = workspace.uri_of(file, root);
        if (!uri || policy::is_standard({&file, {}})) {
            return nullptr;
        }
        PlacesInFile& there = places[key_of(file, workspace, root)];
        there.uri = *uri;
        there.text = file.text();
        return &there;
    };
    for (const auto& [key, root] : workspace.documents.all()) {
        const Analysis& analysis = workspace.analysis(*root);
        if (analysis.files.count(wanted) == 0 && key != wanted) {
            continue;
        }
        const Names names(analysis.checked);
        for (const SourceFile* const file : names.files()) {
            // A file may be there twice, once for a ceiling: each is of its own run.
            if (key_of(*file, workspace, *root) != wanted) {
                continue;
            }
            const NameDeclaration* const same = names.find(*file, declaration.text());
            if (same == nullptr || same->name.span != declaration.name.span) {
                continue;
            }
            if (PlacesInFile* const there = file_at(*same->name.file, *root)) {
                there->declarations.emplace(same->name.span.begin, same->name.span.end);
            }
            for (const NameUse& use : names.uses_of(*same)) {
                if (PlacesInFile* const there = file_at(*use.name.file, *root)) {
                    there->uses.emplace(use.name.span.begin, use.name.span.end);
                }
            }
        }
    }
    return places;
}

}  // namespace sbx::lsp
