// Another name for a `let` or a `param`, where every place of it is known and nothing else changes.
#pragma once

#include "compiler/lsp/messages.hpp"
#include "compiler/lsp/workspace.hpp"

namespace sbx::lsp {

/// `textDocument/prepareRename`: the name, or why it can't have another.
[[nodiscard]] Answer prepare_rename(Workspace& workspace, const Json& params);
/// `textDocument/rename`: edits in all files that are open or used. Refused where a name is taken, where two declarations of one
/// name depend on each other, where a file has mistakes of spelling, and where any open policy would mean another thing.
[[nodiscard]] Answer rename(Workspace& workspace, const Json& params);

}  // namespace sbx::lsp
