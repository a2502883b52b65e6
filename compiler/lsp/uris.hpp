// Names of documents: `file:` URIs (RFC 8089) to paths and back, and the scheme under which the compiler's own texts can be read.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace sbx::lsp {

/// Texts that are inside the compiler: `policyc:/std/system.sbx`, `policyc:/explain/SBX-F003.md`. The server answers
/// `workspace/textDocumentContent` for them.
inline constexpr std::string_view content_scheme = "policyc";

/// The absolute path that a `file:` URI of this machine names; nullopt for any other.
[[nodiscard]] std::optional<std::string> path_of_uri(std::string_view uri);
/// `path` is absolute.
[[nodiscard]] std::string uri_of_path(std::string_view path);

[[nodiscard]] std::string uri_of_standard_fragment(std::string_view name);
[[nodiscard]] std::string uri_of_page(std::string_view code);

}  // namespace sbx::lsp
