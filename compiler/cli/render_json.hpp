// Diagnostics as JSON for tools. The form is documented in policyc(1), section "JSON", and only ever gains keys. ASCII alone, so it
// is safe to print too.
#pragma once

#include "compiler/cli/render_text.hpp"

#include <nlohmann/json.hpp>
#include <string>

namespace sbx::cli {

/// One diagnostic as it stands in the list.
[[nodiscard]] nlohmann::ordered_json json_diagnostic(const Diagnostic& diagnostic, const InclusionMap& included_from);

/// One document, two-space indentation, final newline; with nothing to say it has an empty list.
[[nodiscard]] std::string render_json(const RenderInput& input);

}  // namespace sbx::cli
