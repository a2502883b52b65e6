// The places at which two views may differ: each path at which either policy has a node, with what both grant there. Internal to
// compare().
#pragma once

#include "compiler/policy/compare_grant.hpp"

#include <optional>
#include <string>
#include <vector>

namespace sbx::policy {

/// What one policy says of a place.
struct Standing {
    Grant grant;                 ///< where the host has everything
    Grant fallback;              ///< where it lacks what `?` lets it lack; `grant` where that plays no part
    const Node* node = nullptr;  ///< the deciding one, at the place or above; null where there is none
    SandboxPath node_path;
    bool own = false;  ///< the node is the place's own
};

/// One place, for some values of the parameter that its path begins with.
struct PlacePair {
    SandboxPath path;
    std::string condition;  ///< which values; empty: all
    std::string example;    ///< one of them; empty for literal paths
    Standing before;
    Standing after;

    /// Of everything at the place and below it, up to other places.
    [[nodiscard]] Relation relation() const;
    /// Whether anything differs, privilege or not.
    [[nodiscard]] bool differs() const;
};

/// Sorted by path, parents before children. Places that begin with a parameter may come several times, once for each condition.
[[nodiscard]] std::vector<PlacePair> place_pairs(const Policy& before, const Policy& after);

}  // namespace sbx::policy
