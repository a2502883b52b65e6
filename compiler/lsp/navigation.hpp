// From a name to its declaration and back, and from `use`, `extends` and `within` to the file.
#pragma once

#include "compiler/lsp/messages.hpp"
#include "compiler/lsp/workspace.hpp"

namespace sbx::lsp {

/// `textDocument/definition`: a location, or null.
[[nodiscard]] Answer definition(Workspace& workspace, const Json& params);
/// `textDocument/references`: of a `let` or `param`, through all files that are open or used; sorted by file and place.
[[nodiscard]] Answer references(Workspace& workspace, const Json& params);
/// `workspace/textDocumentContent`: a standard fragment, or the page of a diagnostic.
[[nodiscard]] Answer text_document_content(Workspace& workspace, const Json& params);

}  // namespace sbx::lsp
