// What each kind of node offers at a place at or below it.
#pragma once

#include "compiler/policy/concrete_view.hpp"

namespace sbx::policy {

/// Fills view, readable, writable and executable of `place` from its node, for the place `rest` below it (empty: the node's own).
/// `has_node_below`: some node lies strictly below the place, so that a directory must be there.
[[nodiscard]] Place with_access(Place place, std::string_view rest, bool has_node_below);

/// A directory whose mode lets nobody in: what lies below it can't be reached.
[[nodiscard]] bool lets_nobody_in(const Node& node);
/// Known to be no directory, so that nothing can be looked up in it, not even `..`.
[[nodiscard]] bool is_no_directory(const Node& node);

/// The target of a link that `dev` itself has at `rest` below its place; nullopt where there is none.
[[nodiscard]] std::optional<std::string> device_link(std::string_view rest);
/// The target of a link that procfs itself has at `rest` below its mount (proc(5): root, cwd); nullopt where there is none.
/// `workdir` stands for what cwd leads to.
[[nodiscard]] std::optional<std::string> procfs_link(std::string_view rest, const std::string& workdir);

}  // namespace sbx::policy
