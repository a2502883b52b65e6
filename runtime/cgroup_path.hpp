// What /proc says of the cgroup that this process is in, and what the names in its path mean where systemd manages the tree.
// cgroups(7), systemd.slice(5), and systemd's "The systemd Cgroup Hierarchy".
#pragma once

#include <string>
#include <string_view>
#include <sys/types.h>

namespace sbx::runtime {

/// What a file of procfs says; as much as came, where it cannot be read to its end.
[[nodiscard]] std::string procfs_text(const char* path);

/// Up to the end of the line, which goes from `text`.
[[nodiscard]] std::string_view take_line(std::string_view& text);

/// `/user.slice/…` of the line `0::/user.slice/…` in what /proc/self/cgroup says; empty if there is none.
[[nodiscard]] std::string cgroup_path(std::string_view cgroups);

/// Where a path lies in the tree of one manager.
struct UnitPlace {
    std::string slice;   ///< the innermost, without those around it: `user-1000.slice`; empty if it is in none
    std::string unit;    ///< `session-3.scope`; empty if it is in none
    std::string shared;  ///< what a scope of that manager has above it, too: `/user.slice/user-1000.slice`; empty: just the root
    [[nodiscard]] bool is_service() const;
};

/// In the tree of the manager that `user` asks: root that of the system, an ordinary user what is below `user@UID.service`. No
/// slice and no unit where the path is in another's.
[[nodiscard]] UnitPlace unit_place(std::string_view path, uid_t user);

}  // namespace sbx::runtime
