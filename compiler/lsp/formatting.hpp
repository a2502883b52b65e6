// `policyc fmt` as an edit.
#pragma once

#include "compiler/lsp/messages.hpp"
#include "compiler/lsp/workspace.hpp"

namespace sbx::lsp {

/// `textDocument/formatting`: one edit of the lines that change, none for a text in the style, null for one with mistakes of
/// spelling, which are shown anyway. Options of the client have no say: there is one style.
[[nodiscard]] Answer formatting(Workspace& workspace, const Json& params);

}  // namespace sbx::lsp
