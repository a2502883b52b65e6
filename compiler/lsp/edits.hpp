// Edits of texts, tried: what a policy would be with them, by the compiler.
#pragma once

#include "compiler/lsp/workspace.hpp"

#include <map>
#include <string>
#include <vector>

namespace sbx::lsp {

/// The open texts and the disk, but for some that are as they would be.
class EditedFiles final : public policy::FileReader {
public:
    explicit EditedFiles(const Documents& documents) : documents_(documents) {}

    [[nodiscard]] std::optional<std::string> read(const std::string& path) const override {
        const auto edited = texts.find(canonical(path));
        return edited != texts.end() ? std::optional(edited->second) : documents_.read(path);
    }
    [[nodiscard]] std::string canonical(const std::string& path) const override { return documents_.canonical(path); }

    std::map<std::string, std::string> texts;  ///< by key

private:
    const Documents& documents_;
};

[[nodiscard]] std::size_t error_count(const std::vector<Diagnostic>& diagnostics);

/// The document compiled with the edited texts.
[[nodiscard]] Checked check_edited(Workspace& workspace, const Document& document, const EditedFiles& files);

/// The edits that `policyc check --fix` would make in one round, sorted; those that overlap one before are left out. None unless
/// every open policy that takes the document in means with them what it meant.
[[nodiscard]] std::vector<const Fix*> safe_fixes(Workspace& workspace, const Document& document);

}  // namespace sbx::lsp
