// One node to the steps that place it. Assumes that everything above the node is mounted already; knows nothing of its siblings.
#pragma once

#include "compiler/plan/execution_plan.hpp"
#include "grammar/diagnostic.hpp"

#include <optional>
#include <vector>

namespace sbx::plan {

/// What a mount point stands on: who can make it, and who can move it away.
enum class Ground : std::uint8_t {
    created,          ///< bubblewrap creates it, and nobody can change it later
    read_only_tree,   ///< the host's tree, read-only: it must exist already
    writable_tree,    ///< the host's tree, writable: it must exist already, and the payload could rename what is no mount
    private_writable  ///< a tmpfs: bubblewrap creates it, the payload could rename what is no mount
};

/// A mount point and its ground. `host` is the host's path of the same place, and meaningful in host trees only.
struct Place {
    SandboxPath path;
    Ground ground = Ground::created;
    SandboxPath host;
    bool holds_nodes = false;  ///< others lie below: the mount point can't be left out
};

/// `closing` makes the place read-only and must come after everything that is placed below it; `closes_last` means after the
/// literal nodes and the parameters.
struct PlacedNode {
    std::vector<MountStep> steps;
    std::optional<MountStep> closing;
    bool closes_last = false;
    Ground ground = Ground::created;  ///< of what lies below
};

/// Empty steps, and a diagnostic, where the node cannot stand there.
[[nodiscard]] PlacedNode place_node(const Place& place, const policy::Node& node, DiagnosticSink& sink);

[[nodiscard]] inline bool in_host_tree(Ground ground) {
    return ground == Ground::read_only_tree || ground == Ground::writable_tree;
}

/// /dev/shm of `dev`: as large as any tmpfs that names no size.
inline constexpr std::uint32_t shared_memory_mode = 01777;

}  // namespace sbx::plan
