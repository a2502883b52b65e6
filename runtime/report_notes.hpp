// What a launch report says in sentences: what this host or this caller left open, or made otherwise than a reader would expect.
#pragma once

#include "runtime/launch_report.hpp"

#include <string>
#include <vector>

namespace sbx::runtime {

/// Of a report with a manifest and a preparation.
[[nodiscard]] std::vector<std::string> notes_of(const LaunchReport& report);

}  // namespace sbx::runtime
