// The nodes of a policy in mounting order, with those that nobody wrote: the shared memory of each `dev`, and the directory that a
// parameter lies under where that directory must be made firm.
#pragma once

#include "compiler/plan/execution_plan.hpp"

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace sbx::plan {

using Parameters = std::map<std::string, Located<policy::Parameter>>;

/// Without a node: a directory of the writable place around it that becomes a mount of its own.
struct MountItem {
    SandboxPath path;
    const policy::Node* node = nullptr;
    Origin origin;
    [[nodiscard]] bool is_mask() const { return node != nullptr && std::holds_alternative<policy::Mask>(node->content); }
};

/// Refers to the filesystem and the parameters that it was made of.
class MountItems {
public:
    MountItems(const policy::Filesystem& filesystem, const Parameters& parameters);
    MountItems(const MountItems&) = delete;
    MountItems& operator=(const MountItems&) = delete;

    [[nodiscard]] const std::vector<MountItem>& sorted() const { return items_; }
    /// The literal node at or nearest above the directory that the parameter must lie under; nullptr where there is none.
    [[nodiscard]] const MountItem* around_parameter(const std::string& parameter) const;
    /// True when some value of a parameter that is a mount point may lie below `directory`.
    [[nodiscard]] bool may_hold_parameter(const SandboxPath& directory) const;
    /// True when anything lies strictly below `path`, masks included.
    [[nodiscard]] bool holds_items(const SandboxPath& path) const;
    /// True when something other than a mask lies strictly below `path`.
    [[nodiscard]] bool holds_nodes(const SandboxPath& path) const;
    /// True when the policy itself says what stands at `/`, writable places included.
    [[nodiscard]] bool root_is_given() const;

private:
    void add(std::vector<MountItem> made);
    [[nodiscard]] std::vector<MountItem> shared_memories();
    [[nodiscard]] std::vector<MountItem> firm_directories();
    [[nodiscard]] const MountItem* find(const SandboxPath& path) const;
    [[nodiscard]] const SandboxPath* under(const std::string& parameter) const;

    const Parameters& parameters_;
    std::vector<MountItem> items_;
    std::deque<policy::Node> made_nodes_;
    std::set<SandboxPath> unders_;  ///< of parameters that are mount points
};

}  // namespace sbx::plan
