// What the readers of artifacts report, as text and as JSON.
#pragma once

#include "compiler/verify/finding.hpp"

#include <string>
#include <string_view>

namespace sbx::cli {

/// One finding a paragraph: the file, below `directory` if that is not empty, the place in it, and the difference.
[[nodiscard]] std::string render_findings(const verify::Findings& findings, std::string_view directory);
/// `policyc verify --format json`.
[[nodiscard]] std::string render_findings_json(const verify::Findings& findings, std::string_view bundle, std::size_t files);

}  // namespace sbx::cli
