// The second wall, as Landlock takes it: which rights need permission, and at which paths of the sandbox they are given. Rights
// only add up along a path, so that the wall is never narrower than the view, and as narrow where nothing narrower is nested.
#pragma once

#include "compiler/policy/policy.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

namespace sbx::plan {

/// LANDLOCK_ACCESS_FS_ of linux/landlock.h, in the order of their bits.
enum class PathRight : std::uint8_t {
    execute,
    write_file,
    read_file,
    read_dir,
    remove_dir,
    remove_file,
    make_char,
    make_dir,
    make_reg,
    make_sock,
    make_fifo,
    make_block,
    make_sym,
    refer,
    truncate,
    ioctl_dev,
    resolve_unix
};
using PathRights = std::set<PathRight>;

struct PathRule {
    policy::SandboxPath path;
    bool optional = false;  ///< the host may lack what stands there
    PathRights rights;
    Origin origin;  ///< unknown for what every sandbox gets
    friend bool operator==(const PathRule& a, const PathRule& b) {
        return a.path == b.path && a.optional == b.optional && a.rights == b.rights;
    }
};
struct LandlockPlan {
    PathRights handled;                           ///< empty: paths are left alone, because the program may mount
    bool no_tcp = false;                          ///< no TCP port; false: left alone, since a sandbox's own loopback has them all
    bool every_socket = false;                    ///< Unix sockets can be made, and their paths are left alone
    std::vector<PathRule> rules;                  ///< sorted by path
    std::optional<Origin> needs_execute;          ///< the first `noexec`
    std::optional<Located<std::uint64_t>> least;  ///< `require landlock N`
    std::optional<policy::Degradation> degradation;  ///< a host may lack what `least` and `needs_execute` insist on
    [[nodiscard]] bool insists() const { return least || needs_execute; }
};

}  // namespace sbx::plan
