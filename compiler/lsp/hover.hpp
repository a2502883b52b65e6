// What stands at a place: what a word means, what a path or an address may do in this policy and why, what a name stands for, and
// the page of what is wrong there.
#pragma once

#include "compiler/lsp/messages.hpp"
#include "compiler/lsp/workspace.hpp"

namespace sbx::lsp {

/// `textDocument/hover`; null where there is nothing to say.
[[nodiscard]] Answer hover(Workspace& workspace, const Json& params);

}  // namespace sbx::lsp
