// Which programs of the host run for a launch: found in a fixed list of places, never by PATH, and only where nobody but root could
// have put them (R-ENV-04). One with privileges of its own is refused (R-PRV-11): it would be a way up, and none is needed.
#pragma once

#include "runtime/identity.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sbx::runtime {

struct Tool {
    std::string_view step;     ///< of the launch, for refusals
    std::string_view name;     ///< as people call it
    std::string_view package;  ///< of Debian
    std::vector<std::string_view> places;
};

/// Its absolute path, checked component by component. Refuses if there is none, or if the first one found must not be trusted.
[[nodiscard]] std::string find_tool(const Tool& tool);

/// What follows `prefix` on the first line that `PATH --version` prints, for the report; `unknown` if it prints nothing like that
/// within a second. `name` is its argv[0]. Runs it without privilege.
[[nodiscard]] std::string tool_version(const std::string& path, std::string_view name, std::string_view prefix,
                                       const Identity& identity);

}  // namespace sbx::runtime
