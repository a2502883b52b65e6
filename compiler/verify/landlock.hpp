// landlock.tab, back to what it permits, and what the policy's view asks of it: never less than the view, and no more than rights
// that only add up along a path must give.
#pragma once

#include "compiler/verify/artifact_text.hpp"
#include "compiler/verify/finding.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace sbx::verify {

/// Bits of `landlock_rights` in runtime/artifact_format.hpp.
using RightBits = std::uint32_t;

struct PermittedPath {
    RightBits rights = 0;
    bool if_exists = false;
    std::string place;
};
struct LandlockTable {
    std::optional<std::uint64_t> least;
    bool needs_execute = false;
    RightBits handled = 0;  ///< 0: paths are left alone
    RightBits scopes = 0;   ///< bits of `landlock_scopes`
    bool no_tcp = false;
    std::map<SandboxPath, PermittedPath> paths;
};

[[nodiscard]] LandlockTable read_landlock_table(std::string_view bytes);

void compare_landlock(const policy::Policy& meant, const LandlockTable& found, const std::string& file, Findings& findings);

}  // namespace sbx::verify
