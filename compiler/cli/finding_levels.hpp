// Which findings are said, and how gravely. The language has no say in this: it is a matter of who asks.
#pragma once

#include "grammar/diagnostic.hpp"

#include <map>
#include <optional>
#include <vector>

namespace sbx::cli {

struct FindingLevels {
    bool pedantic = false;  ///< pedantic ones are said, too
    /// Findings that are said with another severity than the registry's, or (nullopt) not at all. Never of an error.
    std::map<DiagnosticKind, std::optional<Severity>> changed{};
};

/// Those that are said, in the same order.
[[nodiscard]] std::vector<Diagnostic> leveled(std::vector<Diagnostic> diagnostics, const FindingLevels& levels);

}  // namespace sbx::cli
