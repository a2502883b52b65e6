// The outline of a policy: what it is, its names, its blocks and what stands in them.
#pragma once

#include "compiler/lsp/messages.hpp"
#include "compiler/lsp/workspace.hpp"

namespace sbx::lsp {

/// `textDocument/documentSymbol`; a tree where the client takes one, else a list.
[[nodiscard]] Answer document_symbols(Workspace& workspace, const Json& params);

}  // namespace sbx::lsp
