// What the policy's filesystem must come to, derived from the language reference alone: a view at every place, and under which
// conditions on the host each place stands. Knows nothing of the order in which mounts are made, nor of the options that make them.
#pragma once

#include "compiler/verify/argument_records.hpp"
#include "compiler/verify/view.hpp"

#include <map>
#include <set>
#include <unordered_map>
#include <utility>

namespace sbx::verify {

/// A host path that a launch has to insist on, and how.
using Requirement = std::pair<SandboxPath, Guard>;

struct Placement {
    Guard condition = Guard::always;  ///< or left out where the host has no such thing
    SandboxPath conditioned;
    SourceKind kind = SourceKind::any;  ///< of a host tree
    bool asks_to_write = false;
    bool is_mask = false;
    std::set<Requirement> requirements;
};

struct PolicyView {
    /// The policy must outlive the view.
    explicit PolicyView(const policy::Policy& policy);

    ViewTree views;
    std::unordered_map<SandboxPath, Placement, PathHash> placements;  ///< as many as views, but for the root
    std::set<SandboxPath> exclusive;                                  ///< writable host trees that hold something else
    const std::map<SandboxPath, Located<bool>>& required;             ///< the policy's sources that a wider node gives
};

}  // namespace sbx::verify
