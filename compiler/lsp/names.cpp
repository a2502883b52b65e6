// Names found in trees; see the header.
#include "compiler/lsp/names.hpp"

#include "grammar/string_literal.hpp"

#include <algorithm>

namespace sbx::lsp {
namespace {

std::optional<NameDeclaration> declaration_of(const StatementView& statement) {
    SyntaxNode keyword = statement.keyword();
    std::size_t at = 0;
    const std::vector<SyntaxNode>& items = statement.items();
    if (keyword.text() == "final" && !items.empty()) {
        keyword = items[at++];
    }
    const bool declares = keyword.text() == "let" || keyword.text() == "param";
    if (!declares || at >= items.size() || items[at].kind() != SyntaxKind::name) {
        return std::nullopt;
    }
    return NameDeclaration{items[at].origin(), statement.origin(), keyword.text() == "param"};
}

void add_use(const SyntaxNode& leaf, std::vector<NameUse>& uses) {
    const Span span = leaf.span();
    const std::string_view text = leaf.text();
    const SourceFile* const file = leaf.origin().file;
    if (leaf.kind() == SyntaxKind::variable || (leaf.kind() == SyntaxKind::path && text.starts_with('$'))) {
        const auto end = static_cast<std::uint32_t>(std::min(text.find('/'), text.size()));
        uses.push_back({{file, {span.begin + 1, span.begin + end}}, {file, {span.begin, span.begin + end}}});
    } else if (leaf.kind() == SyntaxKind::string) {
        for (const StringPiece& piece : decode_string(text, span.begin)) {
            if (piece.is_reference) {
                uses.push_back({{file, {piece.span.begin + 2, piece.span.end - 1}}, {file, piece.span}});
            }
        }
    }
}

bool touches(const Origin& origin, const SourceFile& file, std::uint32_t offset) {
    return origin.file == &file && origin.span.begin <= offset && offset <= origin.span.end;
}

}  // namespace

Names::Names(const Checked& checked) {
    for (const SyntaxTree& tree : checked.sources.trees) {
        add_file(tree, checked.profile.inclusions);
    }
}

void Names::add_file(const SyntaxTree& tree, const std::vector<policy::Inclusion>& inclusions) {
    order_.push_back(tree.file);
    FileNames& names = by_file_[tree.file];
    for (const StatementView& statement : statements(tree)) {
        if (auto declaration = declaration_of(statement)) {
            names.declarations.push_back(*declaration);
        }
        for (const policy::Inclusion& inclusion : inclusions) {
            const bool is_this = !statement.items().empty() && statement.items()[0].origin().file == inclusion.name.file &&
                                 statement.items()[0].span() == inclusion.name.span;
            if (is_this && statement.keyword().text() == "use") {
                names.used.push_back(inclusion.file);
            } else if (is_this && statement.keyword().text() == "extends") {
                names.base = inclusion.file;
            }
        }
    }
    for (std::uint32_t i = 0; i < tree.elements.size(); ++i) {
        if (is_leaf(tree.elements[i].kind)) {
            add_use(SyntaxNode(tree, i), names.uses);
        }
    }
}

void Names::collect(const SourceFile& file, Scope& scope) const {
    const auto found = by_file_.find(&file);
    if (found == by_file_.end() || !scope.files.insert(&file).second) {
        return;
    }
    const FileNames& names = found->second;
    for (const NameDeclaration& declaration : names.declarations) {
        scope.names.emplace(declaration.text(), &declaration);
    }
    for (const SourceFile* const used : names.used) {
        collect(*used, scope);
    }
    if (names.base != nullptr) {
        collect(*names.base, scope);
    }
}

std::map<std::string_view, const NameDeclaration*> Names::in_scope(const SourceFile& file) const& {
    Scope scope;
    collect(file, scope);
    return std::move(scope.names);
}

const NameDeclaration* Names::find(const SourceFile& file, std::string_view name) const& {
    const auto scope = in_scope(file);
    const auto found = scope.find(name);
    return found == scope.end() ? nullptr : found->second;
}

std::optional<NameAt> Names::at(const SourceFile& file, std::uint32_t offset) const& {
    const auto found = by_file_.find(&file);
    if (found == by_file_.end()) {
        return std::nullopt;
    }
    for (const NameDeclaration& declaration : found->second.declarations) {
        if (touches(declaration.name, file, offset)) {
            return NameAt{declaration.name, &declaration};
        }
    }
    for (const NameUse& use : found->second.uses) {
        if (touches(use.whole, file, offset)) {
            return NameAt{use.name, find(file, use.text())};
        }
    }
    return std::nullopt;
}

std::vector<NameUse> Names::uses_of(const NameDeclaration& declaration) const {
    std::vector<NameUse> uses;
    for (const SourceFile* const file : order_) {
        const NameDeclaration* const meant = find(*file, declaration.text());
        if (meant == nullptr || meant->name.file != declaration.name.file || meant->name.span != declaration.name.span) {
            continue;
        }
        for (const NameUse& use : by_file_.at(file).uses) {
            if (use.text() == declaration.text()) {
                uses.push_back(use);
            }
        }
    }
    return uses;
}

std::vector<const SourceFile*> Names::files() const {
    return order_;
}

}  // namespace sbx::lsp
