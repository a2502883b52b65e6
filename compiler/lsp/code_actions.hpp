// What can be done about a finding with one key: the compiler's own edits, or a waiver with a reason to be filled in.
#pragma once

#include "compiler/lsp/messages.hpp"
#include "compiler/lsp/workspace.hpp"

namespace sbx::lsp {

/// `textDocument/codeAction`: `quickfix` for what is found in the range, and `source.fixAll` where it is asked for.
[[nodiscard]] Answer code_actions(Workspace& workspace, const Json& params);

}  // namespace sbx::lsp
