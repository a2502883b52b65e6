// What client and server tell each other about what they can do.
#pragma once

#include "compiler/lsp/workspace.hpp"

#include <string>

namespace sbx::lsp {

/// What the client has said of itself. What has another form than the protocol gives it counts as not said.
[[nodiscard]] Client read_client(const Json& params);
/// `initializationOptions` over what is set already: `definitions`, an object; `includeDirectories`, a list; `pedantic`;
/// `textDocumentContent`, for clients that open `policyc:` documents without saying so in the protocol's own words.
[[nodiscard]] Settings read_settings(const Json& params, Settings settings);
/// The result of `initialize`.
[[nodiscard]] Json server_capabilities(const Client& client, const std::string& version);

}  // namespace sbx::lsp
