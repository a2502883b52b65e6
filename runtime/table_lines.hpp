// What rlimits.tab and environment.tab have in common: a first line that says what they are, LF, comment lines, comments after ` #
// `.
#pragma once

#include <string_view>
#include <vector>

namespace sbx::runtime {

/// The lines that say something. Refuses a wrong first line, a missing last LF, control characters, and tables of more than 1 MiB
/// or 10 000 lines.
[[nodiscard]] std::vector<std::string_view> table_lines(std::string_view text, std::string_view first_line, std::string_view file);

/// The line up to a ` # ` (which must not be inside a template: those are read before this is asked).
[[nodiscard]] inline std::string_view without_comment(std::string_view line) {
    return line.substr(0, line.find(" # "));
}

}  // namespace sbx::runtime
