// What a usual host keeps at well-known paths: sockets, secrets, start-up files, links. Facts are in sensitive_paths.def; here is
// how a path of a policy relates to them.
#pragma once

#include "compiler/policy/sandbox_path.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sbx::policy {

enum class PathKind : std::uint8_t {
    socket_tree,
    control_socket,
    run_by_host,
    secret,
    kept_secret,
    no_secret,
    raw_device,
    link,
    varies
};

/// `above`: the path contains the fact's; `same`: it is it; `below`: it lies inside.
enum class Relation : std::uint8_t { above, same, below };
struct PathFact {
    PathKind kind{};
    Relation relation{};
    /// The fact's path for this path: `/home/me/.ssh` for `/home/me`. With a `*` in it where the path does not say.
    std::string path;
    std::string_view what;    ///< completes "`PATH`: …"
    std::string_view source;  ///< where that is written
    bool directory = false;   ///< the table says that it is one: a `hide` of it ends in a slash
};
/// Every fact that a literal path has to do with, in the order of the table.
[[nodiscard]] std::vector<PathFact> facts_about(const SandboxPath& path);

}  // namespace sbx::policy
