// The requests about documents that the server answers, by the names that the protocol gives them.
#pragma once

#include "compiler/lsp/messages.hpp"
#include "compiler/lsp/workspace.hpp"

#include <string_view>

namespace sbx::lsp {

/// Throws nlohmann's exceptions, or std::out_of_range for a position, where the parameters have another form.
using RequestHandler = Answer (*)(Workspace& workspace, const Json& params);
/// nullptr if there is none.
[[nodiscard]] RequestHandler find_request(std::string_view method);

}  // namespace sbx::lsp
