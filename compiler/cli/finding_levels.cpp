// Levels applied; see the header. An error stays one, whatever a file of settings says about its kind.
#include "compiler/cli/finding_levels.hpp"

#include <algorithm>

namespace sbx::cli {

std::vector<Diagnostic> leveled(std::vector<Diagnostic> diagnostics, const FindingLevels& levels) {
    const auto is_left_out = [&levels](Diagnostic& diagnostic) {
        const auto changed = levels.changed.find(diagnostic.kind);
        if (diagnostic.severity == Severity::error) {
            return false;
        }
        if (changed != levels.changed.end()) {
            diagnostic.severity = changed->second.value_or(diagnostic.severity);
            return !changed->second || (*changed->second == Severity::pedantic && !levels.pedantic);
        }
        return diagnostic.severity == Severity::pedantic && !levels.pedantic;
    };
    std::vector<Diagnostic> said;
    for (Diagnostic& diagnostic : diagnostics) {
        if (!is_left_out(diagnostic)) {
            said.push_back(std::move(diagnostic));
        }
    }
    return said;
}

}  // namespace sbx::cli
