// SBX-F001 in words.
#pragma once

#include "compiler/policy/resolve_layer.hpp"
#include "grammar/diagnostic.hpp"

#include <vector>

namespace sbx::policy {

/// `covering`, at least one, decide all that the `paths` paths of a statement name, of which `node` is the first. `differs`: they
/// decide otherwise than it says.
[[nodiscard]] Diagnostic dead_node(const PlacedNode& node, std::size_t paths, const std::vector<const PlacedNode*>& covering,
                                   bool differs);

}  // namespace sbx::policy
