// An older report of ours: which findings are known.
#pragma once

#include <set>
#include <string>

namespace sbx::cli {

/// The fingerprints in a report that `policyc check` wrote as JSON or SARIF. std::system_error if the file can't be read, or is no
/// such report.
[[nodiscard]] std::set<std::string> read_baseline(const std::string& path);

}  // namespace sbx::cli
