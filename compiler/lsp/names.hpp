// Names of `let` and `param`: where they are declared, where they are used, and which declaration a use means. The files that a
// file takes in are those that the compiler found; which of two declarations counts is the language's rule: the file's own, then
// those of what it uses, then its base's.
#pragma once

#include "compiler/lsp/front_end.hpp"
#include "grammar/syntax_views.hpp"

#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

namespace sbx::lsp {

struct NameDeclaration {
    Origin name;
    Origin statement;
    bool is_parameter = false;

    [[nodiscard]] std::string_view text() const { return name.file->text(name.span); }
};
/// `$name`, `$name/…` or `${name}`; the origin is of the name alone.
struct NameUse {
    Origin name;
    Origin whole;  ///< with its `$`, or `${` and `}`

    [[nodiscard]] std::string_view text() const { return name.file->text(name.span); }
};
/// What stands at a place: a use, or the name of a declaration.
struct NameAt {
    Origin name;
    const NameDeclaration* declaration = nullptr;  ///< nullptr: nothing declares it
};

/// Of one analysis, which outlives it. What it gives out points into it, so nothing is asked of a temporary one.
class Names {
public:
    explicit Names(const Checked& checked);

    /// nullptr if nothing in scope of the file has the name.
    [[nodiscard]] const NameDeclaration* find(const SourceFile& file, std::string_view name) const&;
    [[nodiscard]] std::optional<NameAt> at(const SourceFile& file, std::uint32_t offset) const&;
    /// Everything in scope of the file, by name.
    [[nodiscard]] std::map<std::string_view, const NameDeclaration*> in_scope(const SourceFile& file) const&;
    [[nodiscard]] std::map<std::string_view, const NameDeclaration*> in_scope(const SourceFile& file) const&& = delete;
    /// Uses in all files, in their order.
    [[nodiscard]] std::vector<NameUse> uses_of(const NameDeclaration& declaration) const;
    /// The files, in the order in which they were read.
    [[nodiscard]] std::vector<const SourceFile*> files() const;

private:
    struct FileNames {
        std::vector<NameDeclaration> declarations;
        std::vector<NameUse> uses;
        std::vector<const SourceFile*> used;
        const SourceFile* base = nullptr;
    };
    void add_file(const SyntaxTree& tree, const std::vector<policy::Inclusion>& inclusions);
    struct Scope {
        std::map<std::string_view, const NameDeclaration*> names;
        std::set<const SourceFile*> files;  ///< looked at: another look adds nothing, and a cycle ends
    };
    void collect(const SourceFile& file, Scope& scope) const;

    std::vector<const SourceFile*> order_;
    std::map<const SourceFile*, FileNames> by_file_;
};

}  // namespace sbx::lsp
