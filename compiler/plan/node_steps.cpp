// The table of what each kind of node becomes on each kind of ground. Guards are on the host's path of the mount point: inside a
// host tree bubblewrap must never create anything (it would create it on the host), nor follow a link that lies there.
#include "compiler/plan/node_steps.hpp"

#include "compiler/plan/visit.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace sbx::plan {
namespace {

/// The smallest tmpfs there is: 0 would mean unlimited (tmpfs(5)). Directories and empty files need no page of it.
constexpr std::uint64_t smallest_tmpfs = 4096;

/// What a fresh procfs shows of the whole machine: keys of other users' keyrings, kernel memory, timers, the request key.
constexpr std::array<std::string_view, 5> masked_in_proc = {"/kcore", "/key-users", "/keys", "/sysrq-trigger", "/timer_list"};

class NodePlacer {
public:
    NodePlacer(const Place& place, const policy::Node& node, DiagnosticSink& sink) : place_(place), node_(node), sink_(sink) {}

    PlacedNode operator()(const policy::HostTree& tree) {
        const bool directory = node_.must_be_directory;
        Bind bind{tree.source, place_.path, tree.writable, false, directory ? SourceKind::directory : SourceKind::any};
        require_mount_point(tree.source, directory);
        add(source_guard(directory), tree.source, {std::move(bind)}, "");
        placed_.ground = tree.writable ? Ground::writable_tree : Ground::read_only_tree;
        return std::move(placed_);
    }
    PlacedNode operator()(const policy::Tmpfs& tmpfs) {
        mount_directory(MountTmpfs{place_.path, tmpfs.size.bytes, tmpfs.mode}, "");
        placed_.ground = Ground::private_writable;
        return std::move(placed_);
    }
    PlacedNode operator()(const policy::EmptyDirectory& directory) {
        if (place_.ground == Ground::created) {
            add(Guard::always, {}, {MakeDirectory{place_.path, directory.mode}}, "");
        } else {
            mount_directory(MountTmpfs{place_.path, smallest_tmpfs, directory.mode}, "`dir` below another tree");
            close_with_remount();
        }
        return std::move(placed_);
    }
    PlacedNode operator()(const policy::DataFile& file) {
        const Guard guard = in_host_tree(place_.ground) ? Guard::must_be_file : Guard::always;
        add(guard, place_.host, {PlaceFile{place_.path, file.contents, file.mode}}, "");
        return std::move(placed_);
    }
    PlacedNode operator()(const policy::Link& link) {
        if (place_.ground != Ground::created) {
            return refuse(DiagnosticKind::node_misplaced,
                          "a symbolic link cannot be placed at `" + place_.path.text() + "`, inside another tree");
        }
        add(Guard::always, {}, {MakeLink{place_.path, link.target}}, "");
        return std::move(placed_);
    }
    PlacedNode operator()(const policy::Mask& mask) {
        if (!mask.directory) {
            add(mask_guard(Guard::if_file, Guard::reserve_file), place_.host, {PlaceFile{place_.path, Text(), 0444}}, "`hide`");
            return std::move(placed_);
        }
        const Guard guard = mask_guard(Guard::if_directory, Guard::reserve_directory);
        add(guard, place_.host, {MountTmpfs{place_.path, smallest_tmpfs, 0755}}, "`hide`");
        close_with_remount();
        return std::move(placed_);
    }
    PlacedNode operator()(const policy::Procfs&) {
        mount_directory(MountProc{place_.path}, "");
        const SandboxPath settings = *SandboxPath::literal("/proc/sys");
        add(Guard::always, {}, {Bind{settings, place_.path.joined("/sys"), false, false, SourceKind::directory}}, "every procfs");
        for (const std::string_view name : masked_in_proc) {
            const SandboxPath host = *SandboxPath::literal("/proc" + std::string(name));
            add(Guard::if_file, host, {PlaceFile{place_.path.joined(name), Text(), 0444}}, "every procfs");
        }
        return std::move(placed_);
    }
    PlacedNode operator()(const policy::DeviceDirectory&) {
        mount_directory(MountDev{place_.path}, "");
        close_with_remount();
        placed_.closes_last = true;
        return std::move(placed_);
    }
    PlacedNode operator()(const policy::HostDevice&) {
        require_mount_point(place_.path, false);
        add(node_.optional ? Guard::if_exists : Guard::must_exist, place_.path, {BindDevice{place_.path}}, "");
        return std::move(placed_);
    }
    PlacedNode operator()(const policy::HostSocket&) {
        require_mount_point(place_.path, false);
        // A read-only mount does not stop connect(2), which asks for write permission on the inode only.
        add(source_guard(false), place_.path, {Bind{place_.path, place_.path, false, false, SourceKind::socket}}, "");
        return std::move(placed_);
    }

private:
    void add(Guard guard, const SandboxPath& guarded, std::vector<Mount> mounts, std::string reason) {
        MountStep step{guard, guard == Guard::always ? SandboxPath() : guarded, std::move(mounts), node_.origin, std::move(reason)};
        placed_.steps.push_back(std::move(step));
    }
    /// Opening the source is a check of its own, so what is not optional needs no guard.
    [[nodiscard]] Guard source_guard(bool directory) const {
        if (!node_.optional) {
            return Guard::always;
        }
        return directory ? Guard::if_directory : Guard::if_exists;
    }
    /// Inside a host tree the mount point has to be there. When it is the source itself, opening that has checked it.
    void require_mount_point(const SandboxPath& source, bool directory) {
        if (in_host_tree(place_.ground) && source != place_.host) {
            add(directory ? Guard::must_be_directory : Guard::must_exist, place_.host, {Require{}}, "mount point");
        }
    }
    void mount_directory(Mount mount, std::string reason) {
        const Guard guard = in_host_tree(place_.ground) ? Guard::must_be_directory : Guard::always;
        add(guard, place_.host, {std::move(mount)}, std::move(reason));
    }
    [[nodiscard]] Guard mask_guard(Guard read_only, Guard writable) const {
        switch (place_.ground) {
            case Ground::read_only_tree:
                // Without the mask, what stands in it would have to be created in the host's tree.
                return place_.holds_nodes ? Guard::hide_directory : read_only;
            case Ground::writable_tree:
                return writable;
            case Ground::created:
            case Ground::private_writable:
                return Guard::always;
        }
        return writable;
    }
    /// The same condition as the mount that it closes; one that refuses the launch is certain by then.
    void close_with_remount() {
        const MountStep& opening = placed_.steps.back();
        const bool conditional = opening.guard == Guard::if_directory;
        MountStep step{conditional ? opening.guard : Guard::always,
                       conditional ? opening.guarded : SandboxPath(),
                       {RemountReadOnly{place_.path}},
                       node_.origin,
                       opening.reason};
        placed_.closing = std::move(step);
    }
    PlacedNode refuse(DiagnosticKind kind, std::string message) {
        sink_.report(kind, node_.origin, std::move(message));
        return {};
    }

    const Place& place_;
    const policy::Node& node_;
    DiagnosticSink& sink_;
    PlacedNode placed_;
};

}  // namespace

PlacedNode place_node(const Place& place, const policy::Node& node, DiagnosticSink& sink) {
    return std::visit(NodePlacer(place, node, sink), node.content);
}

}  // namespace sbx::plan
