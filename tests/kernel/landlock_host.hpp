// A launch by sbx-run on this kernel as it is, or as one without Landlock would have it, with what its report says.
#pragma once

#include "tests/kernel/requirement.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace sbx::kernel {

/// Of this process's kernel; 0 without Landlock, which a system-call filter around the tests can make so.
[[nodiscard]] long landlock_version_here();

struct WallLaunch {
    Outcome outcome;
    nlohmann::json report;  ///< null if there is none
    [[nodiscard]] bool notes(const std::string& words) const;
    /// Of the row of a statement: `enforced`, `not enforced`, or nothing where there is no such row.
    [[nodiscard]] std::string status_of(const std::string& statement) const;
};
/// The probe's requests, or `words` with a program of its own at the front if they begin with a path.
[[nodiscard]] WallLaunch launch_at_wall(Scene& scene, bool as_root, bool landlock, std::vector<std::string> requests,
                                        std::vector<std::string> options = {});

}  // namespace sbx::kernel
