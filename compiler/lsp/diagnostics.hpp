// Diagnostics of the compiler as those of the protocol, each in the file that it is about, whichever policy has it.
#pragma once

#include "compiler/lsp/workspace.hpp"

#include <map>
#include <string>
#include <vector>

namespace sbx::lsp {

/// What is wrong with one document and the files that it takes in, by URI.
[[nodiscard]] std::map<std::string, std::vector<Json>> diagnostics_by_file(Workspace& workspace, const Document& document);
/// One of the document's own.
[[nodiscard]] Json to_json(const Diagnostic& diagnostic, Workspace& workspace, const Document& document);
/// Message, words under the caret, notes and help, a line each.
[[nodiscard]] std::string whole_message(const Diagnostic& diagnostic);
/// Whether what it is about says nothing, and could go.
[[nodiscard]] bool is_about_nothing(DiagnosticKind kind);

/// Remembers what the client was told.
class DiagnosticBoard {
public:
    /// `textDocument/publishDiagnostics` for each file of which something else is known than before, and for each in `renewed`
    /// (URIs of open documents), which wait for an answer.
    [[nodiscard]] std::string publish(Workspace& workspace, const std::set<std::string>& renewed);

private:
    std::map<std::string, Json> said_;
};

}  // namespace sbx::lsp
