// Nodes to mount steps in one pass over the sorted nodes, with a stack of what is mounted around the current one. The order of
// paths puts parents before what lies below them and literal paths before parameters, so no later mount covers an earlier one's
// meaning.
#include "compiler/plan/mount_items.hpp"
#include "compiler/plan/node_steps.hpp"
#include "compiler/plan/stages.hpp"
#include "compiler/plan/words.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <utility>

namespace sbx::plan {
namespace {

/// The statement that places what nothing can stand in, or what the launch lets no value lie in; empty for others.
std::string_view statement_of_closed(const MountItem& item) {
    struct Statement {
        std::string_view operator()(const policy::HostTree&) const { return {}; }
        std::string_view operator()(const policy::Tmpfs&) const { return {}; }
        std::string_view operator()(const policy::EmptyDirectory&) const { return {}; }
        std::string_view operator()(const policy::DataFile&) const { return "file"; }
        std::string_view operator()(const policy::Link&) const { return "symlink"; }
        std::string_view operator()(const policy::Mask&) const { return "hide"; }
        std::string_view operator()(const policy::Procfs&) const { return "proc"; }
        std::string_view operator()(const policy::DeviceDirectory&) const { return "dev"; }
        std::string_view operator()(const policy::HostDevice&) const { return "device"; }
        std::string_view operator()(const policy::HostSocket&) const { return "socket"; }
    };
    return item.node == nullptr ? std::string_view() : std::visit(Statement{}, item.node->content);
}

/// Something mounted that encloses the nodes being placed. The one at the `bottom` has no path: it is the sandbox's own root, or
/// what surrounds every value of a parameter, where a host path is the sandbox's path.
struct Frame {
    bool bottom = false;
    SandboxPath path;
    Ground ground = Ground::created;
    SandboxPath source;                 ///< of a host tree: the host's path of `path`
    SandboxPath tree;                   ///< of a host tree: the source of the whole
    bool moved = false;                 ///< of what surrounds a parameter: a host tree seen at another place
    const MountItem* closed = nullptr;  ///< likewise: what is no directory that anything could be placed in
    bool mask = false;
    policy::Tmpfs tmpfs;  ///< of a private one
    std::optional<MountStep> closing;
    bool closes_last = false;
    std::size_t opened_by = 0;  ///< index of the step that `closing` belongs to
};

class MountLowering {
public:
    MountLowering(const policy::Filesystem& filesystem, const Parameters& parameters, DiagnosticSink& sink)
        : filesystem_(filesystem), items_(filesystem, parameters), sink_(sink) {}

    MountPlan run() {
        plan_.steps.reserve(filesystem_.required.size() + 2 * items_.sorted().size());
        require_sources();
        stack_.push_back(bottom());
        const std::string* parameter = nullptr;
        for (const MountItem& item : items_.sorted()) {
            if (!item.path.is_literal() && (parameter == nullptr || *parameter != item.path.parameter())) {
                parameter = &item.path.parameter();
                close_all();
                stack_.push_back(around_parameter(*parameter));
            }
            place(item);
        }
        close_all();
        finish();
        return std::move(plan_);
    }

private:
    void require_sources() {
        for (const auto& [path, directory] : filesystem_.required) {
            const Guard guard = directory.value ? Guard::must_be_directory : Guard::must_exist;
            plan_.steps.push_back(MountStep{guard, path, {Require{}}, directory.origin, "given by a wider node"});
        }
        plan_.saved = static_cast<std::uint32_t>(filesystem_.required.size());
    }

    void place(const MountItem& item) {
        while (!stack_.back().bottom && !stack_.back().path.contains(item.path)) {
            close(std::move(stack_.back()));
            stack_.pop_back();
        }
        if (item.node == nullptr) {
            if (stack_.back().bottom || stack_.back().path != item.path) {
                make_firm(item.path, item.origin);
                push_firm(item.path, item.origin);
            }
            return;
        }
        if (item.is_mask() && stack_.back().mask) {
            ++plan_.saved;  // nothing is visible there already
            return;
        }
        if (!can_stand(item)) {
            return;
        }
        if (stack_.back().ground == Ground::writable_tree) {
            exclusive_.insert(stack_.back().tree);
        }
        make_firm(item.path, item.origin);
        push_node(item);
    }

    /// Each directory between the writable place and `path` becomes a mount, so that it can be neither renamed nor replaced.
    void make_firm(const SandboxPath& path, const Origin& origin) {
        const Frame& around = stack_.back();
        if (around.ground != Ground::writable_tree && around.ground != Ground::private_writable) {
            return;
        }
        if (around.bottom && around.ground == Ground::writable_tree) {
            return;  // can_stand() let it through: what lies there is the same as what surrounds it
        }
        std::vector<SandboxPath> between;
        for (auto parent = path.parent(); parent && (around.bottom || *parent != around.path); parent = parent->parent()) {
            between.push_back(*parent);
        }
        for (auto directory = between.rbegin(); directory != between.rend(); ++directory) {
            push_firm(*directory, origin);
        }
    }

    void push_firm(const SandboxPath& directory, const Origin& origin) {
        Frame frame;
        frame.path = directory;
        frame.ground = stack_.back().ground;
        frame.source = host_path(directory);
        frame.tree = stack_.back().tree;
        frame.tmpfs = stack_.back().tmpfs;
        if (frame.ground == Ground::private_writable) {
            MountTmpfs mount{directory, frame.tmpfs.size.bytes, frame.tmpfs.mode};
            plan_.steps.push_back(MountStep{Guard::always, {}, {std::move(mount)}, origin, "firm"});
        } else {
            Bind bind{frame.source, directory, true, true, SourceKind::directory};
            plan_.steps.push_back(MountStep{Guard::must_be_directory, frame.source, {std::move(bind)}, origin, "firm"});
        }
        stack_.push_back(std::move(frame));
    }

    void push_node(const MountItem& item) {
        const bool holds_nodes = item.is_mask() && items_.holds_nodes(item.path);
        const Place place{item.path, stack_.back().ground, host_path(item.path), holds_nodes};
        PlacedNode placed = place_node(place, *item.node, sink_);
        std::move(placed.steps.begin(), placed.steps.end(), std::back_inserter(plan_.steps));
        Frame frame;
        frame.path = item.path;
        frame.ground = placed.ground;
        frame.closing = std::move(placed.closing);
        frame.closes_last = placed.closes_last;
        frame.mask = item.is_mask();
        frame.opened_by = plan_.steps.empty() ? 0 : plan_.steps.size() - 1;
        if (const auto* tree = std::get_if<policy::HostTree>(&item.node->content)) {
            frame.source = tree->source;
            frame.tree = tree->source;
        } else if (const auto* tmpfs = std::get_if<policy::Tmpfs>(&item.node->content)) {
            frame.tmpfs = *tmpfs;
        }
        stack_.push_back(std::move(frame));
    }

    /// The host's path of `path` in the tree on top of the stack.
    [[nodiscard]] SandboxPath host_path(const SandboxPath& path) const {
        const Frame& around = stack_.back();
        if (around.bottom || !in_host_tree(around.ground) || around.source == around.path) {
            return path;
        }
        const std::size_t skipped = around.path.is_root() ? 0 : around.path.tail().size();
        const std::string suffix = path.tail().substr(skipped);
        return suffix.empty() || suffix == "/" ? around.source : around.source.joined(suffix);
    }

    [[nodiscard]] static Frame bottom() {
        Frame frame;
        frame.bottom = true;
        return frame;
    }

    void close(Frame frame) {
        if (!frame.closing) {
            return;
        }
        if (frame.closes_last || items_.may_hold_parameter(frame.path)) {
            last_.push_back(std::move(*frame.closing));
        } else if (frame.opened_by + 1 == plan_.steps.size()) {
            std::vector<Mount>& mounts = plan_.steps.back().mounts;
            std::move(frame.closing->mounts.begin(), frame.closing->mounts.end(), std::back_inserter(mounts));
        } else {
            plan_.steps.push_back(std::move(*frame.closing));
        }
    }

    void close_all() {
        while (stack_.size() > 1) {
            close(std::move(stack_.back()));
            stack_.pop_back();
        }
    }

    /// The ground of every value of a parameter: what encloses the directory that it must lie below.
    [[nodiscard]] Frame around_parameter(const std::string& parameter) const {
        Frame frame = bottom();
        const MountItem* around = items_.around_parameter(parameter);
        if (around == nullptr) {
            return frame;
        }
        frame.closed = statement_of_closed(*around).empty() ? nullptr : around;
        if (const auto* tree = std::get_if<policy::HostTree>(&around->node->content)) {
            frame.ground = tree->writable ? Ground::writable_tree : Ground::read_only_tree;
            frame.tree = tree->source;
            frame.moved = tree->source != around->path;
        } else if (const auto* tmpfs = std::get_if<policy::Tmpfs>(&around->node->content)) {
            frame.ground = Ground::private_writable;
            frame.tmpfs = *tmpfs;
        }
        return frame;
    }

    /// Directly around a parameter's value may lie directories that nobody knows before the launch: they cannot be made firm.
    [[nodiscard]] bool can_stand(const MountItem& item) {
        const Frame& around = stack_.back();
        if (around.closed != nullptr) {
            const std::string_view word = statement_of_closed(*around.closed);
            sink_
                .report(DiagnosticKind::node_misplaced, item.origin,
                        fmt::format("every value of `${}` lies below a `{}`, where nothing can stand", item.path.parameter(), word))
                .label(around.closed->origin, fmt::format("`{}` is one", around.closed->path.text()))
                .help("let the parameter lie `under` another directory");
            return false;
        }
        if (!around.bottom || !in_host_tree(around.ground)) {
            return true;
        }
        const auto* tree = std::get_if<policy::HostTree>(&item.node->content);
        // What lies below the value would move with the directories around it, too.
        const bool same = tree != nullptr && tree->writable && tree->source == item.path && !items_.holds_items(item.path);
        if (around.moved || (around.ground == Ground::writable_tree && !same)) {
            const char* const what = around.moved ? "a tree that is mounted from another place" : "a writable tree";
            sink_
                .report(DiagnosticKind::node_misplaced, item.origin,
                        fmt::format("`{}` would stand inside {}, `{}`", item.path.text(), what, around.tree.text()))
                .note("the directories between the two are known at launch only, and cannot be kept from being renamed")
                .help("let the parameter lie `under` a directory that no such tree holds");
            return false;
        }
        return true;
    }

    void finish() {
        std::move(last_.begin(), last_.end(), std::back_inserter(plan_.steps));
        if (!items_.root_is_given()) {
            plan_.steps.push_back(MountStep{Guard::always, {}, {RemountReadOnly{SandboxPath()}}, {}, "every sandbox"});
        }
        for (const MountStep& step : plan_.steps) {
            for (const Mount& mount : step.mounts) {
                plan_.mount_count += mount_count(mount);
            }
        }
        plan_.exclusive.assign(exclusive_.begin(), exclusive_.end());
    }

    const policy::Filesystem& filesystem_;
    MountItems items_;
    DiagnosticSink& sink_;
    MountPlan plan_;
    std::vector<Frame> stack_;
    std::vector<MountStep> last_;
    std::set<SandboxPath> exclusive_;
};

}  // namespace

MountPlan lower_mounts(const policy::Filesystem& filesystem, const Parameters& parameters, DiagnosticSink& sink) {
    return MountLowering(filesystem, parameters, sink).run();
}

}  // namespace sbx::plan
