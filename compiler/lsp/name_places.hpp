// Every place of a name, in all files that are open or that an open one takes in.
#pragma once

#include "compiler/lsp/names.hpp"
#include "compiler/lsp/workspace.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace sbx::lsp {

/// A file as every analysis knows it, with the places of a name in it.
struct PlacesInFile {
    std::string uri;
    std::string text;
    std::set<std::pair<std::uint32_t, std::uint32_t>> uses;  ///< begin and end, of the name alone
    std::set<std::pair<std::uint32_t, std::uint32_t>> declarations;
};
/// By key. A file that the client can't open, a standard fragment, is not among them.
using NamePlaces = std::map<std::string, PlacesInFile>;

/// Tells files apart across analyses.
[[nodiscard]] std::string key_of(const SourceFile& file, const Workspace& workspace, const Document& root);

/// What stands at `params.position` of an open document, and what it means.
struct AskedName {
    const Document* document = nullptr;
    const Analysis* analysis = nullptr;
    std::uint32_t offset = 0;
    std::optional<Origin> name;
    std::optional<NameDeclaration> declaration;
};
/// Throws as read_position(). No document where it is not open.
[[nodiscard]] AskedName asked_name(Workspace& workspace, const Json& params);

[[nodiscard]] NamePlaces places_of(Workspace& workspace, const Document& document, const NameDeclaration& declaration);

}  // namespace sbx::lsp
