// Collects and sorts. Look-ups are binary searches, so that the whole stays linear but for sorting.
#include "compiler/plan/mount_items.hpp"

#include "compiler/plan/node_steps.hpp"

#include <algorithm>
#include <utility>

namespace sbx::plan {
namespace {

bool before(const MountItem& a, const MountItem& b) {
    return a.path < b.path;
}

}  // namespace

MountItems::MountItems(const policy::Filesystem& filesystem, const Parameters& parameters) : parameters_(parameters) {
    items_.reserve(filesystem.nodes.size() + 1);
    for (const auto& [path, node] : filesystem.nodes) {
        items_.push_back(MountItem{path, &node, node.origin});
    }
    add(shared_memories());
    add(firm_directories());
}

void MountItems::add(std::vector<MountItem> made) {
    if (made.empty()) {
        return;
    }
    std::sort(made.begin(), made.end(), before);
    const auto middle = static_cast<std::ptrdiff_t>(items_.size());
    std::move(made.begin(), made.end(), std::back_inserter(items_));
    std::inplace_merge(items_.begin(), items_.begin() + middle, items_.end(), before);
}

std::vector<MountItem> MountItems::shared_memories() {
    std::vector<MountItem> made;
    for (const MountItem& item : items_) {
        if (!std::holds_alternative<policy::DeviceDirectory>(item.node->content)) {
            continue;
        }
        SandboxPath path = item.path.joined("/shm");
        if (find(path) == nullptr) {
            policy::Node& node = made_nodes_.emplace_back();
            node.content.emplace<policy::Tmpfs>().mode = shared_memory_mode;
            node.origin = item.origin;
            made.push_back(MountItem{std::move(path), &node, item.origin});
        }
    }
    return made;
}

std::vector<MountItem> MountItems::firm_directories() {
    std::map<SandboxPath, Origin> directories;
    const std::string* last = nullptr;
    for (const MountItem& item : items_) {
        const std::string& parameter = item.path.parameter();
        if (item.path.is_literal() || (last != nullptr && *last == parameter)) {
            continue;
        }
        last = &parameter;
        const SandboxPath* const directory = under(parameter);
        if (directory == nullptr) {
            continue;
        }
        unders_.insert(*directory);
        const MountItem* const around = around_parameter(parameter);
        const bool tmpfs = around != nullptr && std::holds_alternative<policy::Tmpfs>(around->node->content);
        if (tmpfs && around->path != *directory) {
            directories.emplace(*directory, item.origin);
        }
    }
    std::vector<MountItem> made;
    for (const auto& [path, origin] : directories) {
        made.push_back(MountItem{path, nullptr, origin});
    }
    return made;
}

const MountItem* MountItems::find(const SandboxPath& path) const {
    const auto found = std::lower_bound(items_.begin(), items_.end(), path,
                                        [](const MountItem& item, const SandboxPath& wanted) { return item.path < wanted; });
    return found != items_.end() && found->path == path ? &*found : nullptr;
}

const SandboxPath* MountItems::under(const std::string& parameter) const {
    const auto found = parameters_.find(parameter);
    return found != parameters_.end() && found->second.value.under ? &*found->second.value.under : nullptr;
}

const MountItem* MountItems::around_parameter(const std::string& parameter) const {
    const SandboxPath* const directory = under(parameter);
    if (directory == nullptr) {
        return nullptr;
    }
    for (std::optional<SandboxPath> path = *directory; path; path = path->parent()) {
        const MountItem* const item = find(*path);
        if (item != nullptr && item->node != nullptr) {
            return item;
        }
    }
    return nullptr;
}

bool MountItems::may_hold_parameter(const SandboxPath& directory) const {
    const auto below = unders_.lower_bound(directory);
    if (below != unders_.end() && directory.contains(*below)) {
        return true;
    }
    for (std::optional<SandboxPath> path = unders_.empty() ? std::nullopt : directory.parent(); path; path = path->parent()) {
        if (unders_.contains(*path)) {
            return true;
        }
    }
    return false;
}

bool MountItems::holds_items(const SandboxPath& path) const {
    const auto next = std::upper_bound(items_.begin(), items_.end(), path,
                                       [](const SandboxPath& wanted, const MountItem& item) { return wanted < item.path; });
    return next != items_.end() && path.contains(next->path);
}

bool MountItems::holds_nodes(const SandboxPath& path) const {
    auto next = std::upper_bound(items_.begin(), items_.end(), path,
                                 [](const SandboxPath& wanted, const MountItem& item) { return wanted < item.path; });
    while (next != items_.end() && next->is_mask() && path.contains(next->path)) {
        ++next;
    }
    return next != items_.end() && path.contains(next->path);
}

bool MountItems::root_is_given() const {
    const MountItem* const root = find(SandboxPath());
    return root != nullptr && (std::holds_alternative<policy::HostTree>(root->node->content) ||
                               std::holds_alternative<policy::Tmpfs>(root->node->content));
}

}  // namespace sbx::plan
