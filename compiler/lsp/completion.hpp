// What may be written at a place: the statements of the block, the words that a statement takes next, names, files and sets.
#pragma once

#include "compiler/lsp/messages.hpp"
#include "compiler/lsp/workspace.hpp"

namespace sbx::lsp {

/// `textDocument/completion`: a list, empty where nothing is known to fit.
[[nodiscard]] Answer completion(Workspace& workspace, const Json& params);

}  // namespace sbx::lsp
