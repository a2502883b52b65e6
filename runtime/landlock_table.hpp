// landlock.tab as values: the second wall as the policy wants it, whatever the kernel has of it. Total: any bytes give a table or a
// Refusal.
#pragma once

#include "runtime/templates.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace sbx::runtime {

/// Rights are bits of LANDLOCK_ACCESS_FS_, scopes of LANDLOCK_SCOPE_ (linux/landlock.h).
struct LandlockRow {
    Template path;
    std::uint64_t rights = 0;
    bool optional = false;  ///< left out where the sandbox has nothing there
};
struct LandlockTable {
    std::optional<unsigned> least;  ///< the version that the launch needs
    bool needs_execute = false;     ///< the policy says `noexec`
    std::uint64_t handled = 0;      ///< 0: paths are left alone
    std::uint64_t scopes = 0;
    bool no_tcp = false;
    std::vector<LandlockRow> rows;
};

[[nodiscard]] LandlockTable read_landlock_table(std::string_view text);

}  // namespace sbx::runtime
