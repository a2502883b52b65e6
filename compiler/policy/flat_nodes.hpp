// The view as statements place it, one node a path, and back: the normal form drops a node that a wider one gives anyway and keeps
// only that its source must exist; here it stands as a node again, so that one statement can be changed without losing others.
#pragma once

#include "compiler/policy/policy.hpp"

#include <map>
#include <optional>

namespace sbx::policy {

using FlatNodes = std::map<SandboxPath, Node>;

/// Every node, those that are only required included. from_flat(to_flat(f)) equals f.
[[nodiscard]] FlatNodes to_flat(const Filesystem& filesystem);

/// The normal form of such nodes, with `workdir` as it was; nullopt for what resolve() refuses: a node that cannot stand where it
/// is (F013, F030), a tree that nobody may be granted (F004, F029).
[[nodiscard]] std::optional<Filesystem> from_flat(const FlatNodes& nodes, const Filesystem& original);

}  // namespace sbx::policy
