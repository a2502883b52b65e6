// Nodes to views and placements; see the header. "Section" is that of the language reference on the filesystem.
#include "compiler/verify/policy_view.hpp"

#include <array>

namespace sbx::verify {
namespace {

constexpr std::uint32_t mask_directory_mode = 0755;
constexpr std::uint32_t mask_file_mode = 0444;
/// /dev/shm of `dev`, like any tmpfs that names no size, writable by all.
constexpr std::uint64_t shared_memory_size = std::uint64_t{64} << 20U;
constexpr std::uint32_t shared_memory_mode = 01777;
/// What a fresh procfs shows of the whole machine: "keys and the like masked", /proc/sys read-only.
constexpr std::array<std::string_view, 5> masked_in_procfs = {"/kcore", "/key-users", "/keys", "/sysrq-trigger", "/timer_list"};

View view_of(Sight sight, std::uint32_t mode = 0) {
    View view;
    view.sight = sight;
    view.mode = mode;
    return view;
}

/// What stands at a node's own path.
struct Shown {
    const SandboxPath& path;

    View operator()(const policy::HostTree& tree) const {
        View view = view_of(Sight::host_tree);
        view.source = tree.source;
        view.writable = tree.writable;
        return view;
    }
    View operator()(const policy::Tmpfs& tmpfs) const {
        View view = view_of(Sight::private_directory, tmpfs.mode);
        view.size = tmpfs.size.bytes;
        return view;
    }
    View operator()(const policy::EmptyDirectory& directory) const { return view_of(Sight::empty_directory, directory.mode); }
    View operator()(const policy::DataFile& file) const {
        View view = view_of(Sight::file, file.mode);
        view.contents = file.contents;
        return view;
    }
    View operator()(const policy::Link& link) const {
        View view = view_of(Sight::link);
        view.target = link.target;
        return view;
    }
    View operator()(const policy::Mask& mask) const {
        return mask.directory ? view_of(Sight::empty_directory, mask_directory_mode) : view_of(Sight::file, mask_file_mode);
    }
    View operator()(const policy::Procfs& /*node*/) const { return view_of(Sight::procfs); }
    View operator()(const policy::DeviceDirectory& /*node*/) const { return view_of(Sight::devices); }
    View operator()(const policy::HostDevice& /*node*/) const { return of_host(Sight::device); }
    View operator()(const policy::HostSocket& /*node*/) const { return of_host(Sight::socket); }

    [[nodiscard]] View of_host(Sight sight) const {
        View view = view_of(sight);
        view.source = path;
        return view;
    }
};

void place_parts_of(PolicyView& result, const SandboxPath& path, const policy::Node& node) {
    if (std::holds_alternative<policy::Procfs>(node.content)) {
        const SandboxPath settings = path.joined("/sys");
        View view = view_of(Sight::host_tree);
        view.source = *SandboxPath::literal("/proc/sys");
        result.views.place(settings, view);
        result.placements[settings].kind = SourceKind::directory;
        for (const std::string_view name : masked_in_procfs) {
            const SandboxPath masked = path.joined(name);
            result.views.place(masked, view_of(Sight::file, mask_file_mode));
            Placement& placement = result.placements[masked];
            placement.condition = Guard::if_file;
            placement.conditioned = *SandboxPath::literal("/proc" + std::string(name));
            placement.is_mask = true;
        }
    }
    if (std::holds_alternative<policy::DeviceDirectory>(node.content)) {
        const SandboxPath memory = path.joined("/shm");
        if (!result.views.has(memory)) {
            View view = view_of(Sight::private_directory, shared_memory_mode);
            view.size = shared_memory_size;
            result.views.place(memory, view);
            result.placements[memory];
        }
    }
}

/// Under which conditions a node stands, given what surrounds it.
class Presence {
public:
    Presence(const policy::Policy& policy, PolicyView& result) : policy_(policy), result_(result) {}

    void find(const SandboxPath& path, const policy::Node& node) {
        const auto* const ground = result_.views.around(path);
        in_host_ = ground != nullptr && ground->second.sight == Sight::host_tree;
        writable_ = in_host_ && ground->second.writable;
        host_ = result_.views.host_path(path).value_or(path);
        path_ = &path;
        placement_ = &result_.placements[path];
        if (writable_) {
            result_.exclusive.insert(ground->second.source);
        }
        node_ = &node;
        std::visit(*this, node.content);
    }

    void operator()(const policy::HostTree& tree) const {
        placement_->kind = node_->must_be_directory ? SourceKind::directory : SourceKind::any;
        placement_->asks_to_write = tree.writable;
        leave_out_if_missing(node_->must_be_directory ? Guard::if_directory : Guard::if_exists, tree.source);
        if (tree.source != host_) {
            insist(node_->must_be_directory ? Guard::must_be_directory : Guard::must_exist);
        }
    }
    void operator()(const policy::Tmpfs& /*node*/) const { insist(Guard::must_be_directory); }
    void operator()(const policy::EmptyDirectory& /*node*/) const { insist(Guard::must_be_directory); }
    void operator()(const policy::DataFile& /*node*/) const { insist(Guard::must_be_file); }
    void operator()(const policy::Link& /*node*/) const {}
    /// "What does not exist at launch needs no mask inside a read-only tree and is reserved, or the launch refused, inside a
    /// writable one." Where something else stands below, the directory has to be there.
    void operator()(const policy::Mask& mask) const {
        placement_->is_mask = true;
        if (writable_) {
            insist(mask.directory ? Guard::reserve_directory : Guard::reserve_file);
        } else if (in_host_ && mask.directory && holds_more_than_masks()) {
            insist(Guard::hide_directory);
        } else if (in_host_) {
            placement_->condition = mask.directory ? Guard::if_directory : Guard::if_file;
            placement_->conditioned = host_;
        }
    }
    void operator()(const policy::Procfs& /*node*/) const { insist(Guard::must_be_directory); }
    void operator()(const policy::DeviceDirectory& /*node*/) const { insist(Guard::must_be_directory); }
    void operator()(const policy::HostDevice& /*node*/) const {
        leave_out_if_missing(Guard::if_exists, *path_);
        if (!node_->optional) {
            placement_->requirements.emplace(*path_, Guard::must_exist);
        }
        if (*path_ != host_) {
            insist(Guard::must_exist);
        }
    }
    void operator()(const policy::HostSocket& /*node*/) const {
        placement_->kind = SourceKind::socket;
        leave_out_if_missing(Guard::if_exists, *path_);
        if (*path_ != host_) {
            insist(Guard::must_exist);
        }
    }

private:
    void leave_out_if_missing(Guard guard, const SandboxPath& source) const {
        if (node_->optional) {
            placement_->condition = guard;
            placement_->conditioned = source;
        }
    }
    /// On the mount point, where it would else be made on the host.
    void insist(Guard guard) const {
        if (in_host_) {
            placement_->requirements.emplace(host_, guard);
        }
    }
    [[nodiscard]] bool holds_more_than_masks() const {
        const auto& nodes = policy_.filesystem.nodes;
        for (auto below = nodes.upper_bound(*path_); below != nodes.end() && path_->contains(below->first); ++below) {
            if (!std::holds_alternative<policy::Mask>(below->second.content)) {
                return true;
            }
        }
        return false;
    }

    const policy::Policy& policy_;
    PolicyView& result_;
    const SandboxPath* path_ = nullptr;
    const policy::Node* node_ = nullptr;
    Placement* placement_ = nullptr;
    SandboxPath host_;
    bool in_host_ = false;
    bool writable_ = false;
};

}  // namespace

PolicyView::PolicyView(const policy::Policy& policy) : views(policy.parameters), required(policy.filesystem.required) {
    views.place(SandboxPath(), view_of(Sight::passage));
    for (const auto& [path, node] : policy.filesystem.nodes) {
        views.place(path, std::visit(Shown{path}, node.content));
        placements.emplace(path, Placement{});
    }
    for (const auto& [path, node] : policy.filesystem.nodes) {
        place_parts_of(*this, path, node);
    }
    Presence conditions(policy, *this);
    for (const auto& [path, node] : policy.filesystem.nodes) {
        conditions.find(path, node);
    }
}

}  // namespace sbx::verify
