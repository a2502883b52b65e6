// Renaming, tried before it is offered; see the header.
#include "compiler/lsp/rename.hpp"

#include "compiler/lsp/edits.hpp"
#include "compiler/lsp/name_places.hpp"
#include "compiler/policy/compare.hpp"
#include "compiler/policy/standard_fragments.hpp"
#include "grammar/characters.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace sbx::lsp {
namespace {

RpcError refused_rename(std::string why) {
    return {ErrorCode::request_failed, std::move(why)};
}

bool is_name_of_language(std::string_view name) {
    return !name.empty() && characters::is_letter(name.front()) &&
           std::all_of(name.begin(), name.end(), [](char c) { return characters::is(c, characters::names); });
}

bool has_error_leaf(const SyntaxTree& tree) {
    return std::any_of(tree.elements.begin(), tree.elements.end(),
                       [](const SyntaxElement& element) { return element.kind == SyntaxKind::error; });
}

/// Why the name at hand can't be changed at all; empty if it can.
std::string why_fixed(const AskedName& asked, const Workspace& workspace) {
    if (!asked.name) {
        return "only the names of `let` and `param` can be changed";
    }
    if (const std::string_view name = asked.name->file->text(asked.name->span); name == "uid" || name == "gid") {
        return fmt::format("`{}` is built in: the id inside the sandbox", name);
    }
    if (!asked.declaration) {
        return fmt::format("`{}` is declared in no file that is known here", asked.name->file->text(asked.name->span));
    }
    const SourceFile& file = *asked.declaration->name.file;
    if (policy::is_standard({&file, {}})) {
        return fmt::format("`{}` is declared in `{}`, which is part of the compiler", asked.declaration->text(), file.name());
    }
    const bool is_given = workspace.front_end.settings().definitions.count(std::string(asked.declaration->text())) != 0;
    return is_given && !asked.declaration->is_parameter
               ? fmt::format("`-D` gives `{}` a value, under this name", asked.declaration->text())
               : "";
}

class Renaming {
public:
    Renaming(Workspace& workspace, const AskedName& asked, std::string name)
        : workspace_(workspace),
          asked_(asked),
          name_(std::move(name)),
          places_(places_of(workspace, *asked.document, *asked.declaration)),
          files_(workspace.documents) {}

    /// Empty if every policy means with the new name what it meant.
    [[nodiscard]] std::string why_not() {
        for (const auto& [key, file] : places_) {
            files_.texts[key] = edited(file);
        }
        for (const auto& [key, root] : workspace_.documents.all()) {
            const Analysis& analysis = workspace_.analysis(*root);
            const bool is_concerned = std::any_of(places_.begin(), places_.end(),
                                                  [&](const auto& place) { return analysis.files.count(place.first) != 0; });
            if (!is_concerned) {
                continue;
            }
            std::string why = why_not_in(*root, analysis);
            if (!why.empty()) {
                return why;
            }
        }
        return {};
    }

    [[nodiscard]] Json edits() const {
        Json changes = Json::object();
        for (const auto& [key, file] : places_) {
            const PositionMap positions(file.text, workspace_.client.encoding);
            Json list = Json::array();
            for (const auto& [begin, end] : spans_of(file)) {
                list.push_back({{"range", positions.range({begin, end})}, {"newText", name_}});
            }
            changes[file.uri] = std::move(list);
        }
        return {{"changes", std::move(changes)}};
    }

private:
    using Spans = std::set<std::pair<std::uint32_t, std::uint32_t>>;
    static Spans spans_of(const PlacesInFile& file) {
        Spans spans = file.uses;
        spans.insert(file.declarations.begin(), file.declarations.end());
        return spans;
    }

    [[nodiscard]] std::string edited(const PlacesInFile& file) const {
        std::string text;
        std::size_t at = 0;
        for (const auto& [begin, end] : spans_of(file)) {
            text += file.text.substr(at, begin - at) + name_;
            at = end;
        }
        return text + file.text.substr(at);
    }

    [[nodiscard]] std::string why_not_in(const Document& root, const Analysis& analysis) {
        const std::string_view old = asked_.declaration->text();
        const std::string home = key_of(*asked_.declaration->name.file, workspace_, *asked_.document);
        for (const SyntaxTree& tree : analysis.checked.sources.trees) {
            if (has_error_leaf(tree)) {
                return fmt::format("`{}` has mistakes of spelling, which may hide the name", tree.file->name());
            }
        }
        const Names names(analysis.checked);
        for (const SourceFile* const file : names.files()) {
            for (const auto& [text, declaration] : names.in_scope(*file)) {
                const bool is_this = key_of(*declaration->name.file, workspace_, root) == home &&
                                     declaration->name.span == asked_.declaration->name.span;
                if (text == name_) {
                    return fmt::format("`{}` is declared already, at {}", name_, declaration->name.describe());
                }
                if (text == old && !is_this) {
                    return fmt::format("`{}` is declared at {}, too, and one may stand for the other", old,
                                       declaration->name.describe());
                }
            }
        }
        return changes_meaning(root, analysis.checked) ? fmt::format("with the new name `{}` would mean another thing", root.path)
                                                       : "";
    }

    /// A parameter's name is part of what a policy means to its caller, and nothing else may be.
    [[nodiscard]] bool changes_meaning(const Document& root, const Checked& before) {
        const Checked after = check_edited(workspace_, root, files_);
        if (error_count(after.diagnostics) > error_count(before.diagnostics)) {
            return true;
        }
        if (before.profile.incomplete) {
            return false;
        }
        const policy::Comparison comparison = policy::compare(before.profile.policy, after.profile.policy);
        return comparison.overall != policy::Relation::equivalent;
    }

    Workspace& workspace_;
    const AskedName& asked_;
    std::string name_;
    NamePlaces places_;
    EditedFiles files_;
};

}  // namespace

Answer prepare_rename(Workspace& workspace, const Json& params) {
    const AskedName asked = asked_name(workspace, params);
    if (asked.document == nullptr || !asked.name) {
        return Json(nullptr);
    }
    if (std::string why = why_fixed(asked, workspace); !why.empty()) {
        return refused_rename(std::move(why));
    }
    return Json({{"range", asked.analysis->positions.range(asked.name->span)}, {"placeholder", asked.declaration->text()}});
}

Answer rename(Workspace& workspace, const Json& params) {
    const AskedName asked = asked_name(workspace, params);
    auto name = params.at("newName").get<std::string>();
    if (asked.document == nullptr) {
        return Json(nullptr);
    }
    if (std::string why = why_fixed(asked, workspace); !why.empty()) {
        return refused_rename(std::move(why));
    }
    if (!is_name_of_language(name)) {
        return refused_rename("a name is a letter or `_`, then letters, digits, `_` and `-`");
    }
    if (name == "uid" || name == "gid") {
        return refused_rename(fmt::format("`{}` is built in: the id inside the sandbox", name));
    }
    if (name == asked.declaration->text()) {
        return Json({{"changes", Json::object()}});
    }
    Renaming renaming(workspace, asked, std::move(name));
    if (std::string why = renaming.why_not(); !why.empty()) {
        return refused_rename(std::move(why));
    }
    return renaming.edits();
}

}  // namespace sbx::lsp
