// From nodes to Landlock's rules. A node gets one where what stands above it does not give it all rights already; one that the host
// may lack gives nothing to what lies below it, because that may stand without it.
#include "compiler/plan/stages.hpp"
#include "compiler/plan/visit.hpp"

#include <algorithm>
#include <utility>

namespace sbx::plan {
namespace {

const PathRights reading = {PathRight::read_file, PathRight::read_dir};
/// What a writable directory allows. Devices are made in none, because they never work.
const PathRights writing = {PathRight::write_file, PathRight::remove_dir, PathRight::remove_file, PathRight::make_dir,
                            PathRight::make_reg,   PathRight::make_sock,  PathRight::make_fifo,   PathRight::make_sym,
                            PathRight::refer,      PathRight::truncate};

PathRights joined(PathRights one, const PathRights& other) {
    one.insert(other.begin(), other.end());
    return one;
}

bool holds(const PathRights& wide, const PathRights& narrow) {
    return std::includes(wide.begin(), wide.end(), narrow.begin(), narrow.end());
}

PathRights rights_of(const policy::NodeContent& content) {
    return std::visit(
        Overloaded{
            [](const policy::HostTree& tree) {
                PathRights rights = tree.writable ? joined(reading, writing) : reading;
                if (!tree.noexec) {
                    rights.insert(PathRight::execute);
                }
                return rights;
            },
            [](const policy::Tmpfs&) { return joined(joined(reading, writing), {PathRight::execute}); },
            [](const policy::EmptyDirectory&) { return PathRights{PathRight::read_dir}; },
            [](const policy::DataFile& file) {
                const bool program = (file.mode & 0111U) != 0;
                return program ? PathRights{PathRight::execute, PathRight::read_file} : PathRights{PathRight::read_file};
            },
            [](const policy::Link&) { return PathRights(); },
            // It looks empty, and that can be seen.
            [](const policy::Mask& mask) { return PathRights{mask.directory ? PathRight::read_dir : PathRight::read_file}; },
            [](const policy::Procfs&) {
                return joined(reading, {PathRight::write_file, PathRight::truncate});
            },
            [](const policy::DeviceDirectory&) {
                return joined(reading, {PathRight::write_file, PathRight::ioctl_dev});
            },
            [](const policy::HostDevice&) {
                return PathRights{PathRight::read_file, PathRight::write_file, PathRight::ioctl_dev};
            },
            [](const policy::HostSocket&) { return PathRights{PathRight::resolve_unix}; },
        },
        content);
}

PathRights all_rights(bool unix_sockets) {
    PathRights rights;
    for (auto right = static_cast<unsigned>(PathRight::execute); right <= static_cast<unsigned>(PathRight::resolve_unix); ++right) {
        rights.insert(static_cast<PathRight>(right));
    }
    if (!unix_sockets) {
        rights.erase(PathRight::resolve_unix);  // the system-call filter lets nobody make a socket that could be connected
    }
    return rights;
}

class RuleLowering {
public:
    std::vector<PathRule> run(const policy::Filesystem& filesystem) {
        const auto root = filesystem.nodes.find(SandboxPath());
        if (root == filesystem.nodes.end()) {
            add(SandboxPath(), false, {PathRight::read_dir}, {});  // the directories on the way to everything else
        }
        for (const auto& [path, node] : filesystem.nodes) {
            // A mask may stand over nothing.
            const bool optional = node.optional || std::holds_alternative<policy::Mask>(node.content);
            add(path, optional, rights_of(node.content), node.origin);
            if (std::holds_alternative<policy::DeviceDirectory>(node.content)) {
                add(path.joined("/shm"), node.optional, rights_of(policy::Tmpfs{}), node.origin);
            }
        }
        std::sort(rules_.begin(), rules_.end(), [](const PathRule& a, const PathRule& b) { return a.path < b.path; });
        return std::move(rules_);
    }

private:
    struct Giver {
        SandboxPath path;
        PathRights rights;  ///< with those of all above
    };
    std::vector<Giver> above_;
    std::vector<PathRule> rules_;

    void add(const SandboxPath& path, bool optional, PathRights rights, const Origin& origin) {
        while (!above_.empty() && !above_.back().path.is_root() && !above_.back().path.contains(path)) {
            above_.pop_back();
        }
        const PathRights given = above_.empty() ? PathRights() : above_.back().rights;
        if (holds(given, rights)) {
            return;
        }
        if (!optional) {
            above_.push_back({path, joined(given, rights)});
        }
        rules_.push_back({path, optional, std::move(rights), origin});
    }
};

}  // namespace

LandlockPlan lower_landlock(const policy::Policy& policy) {
    LandlockPlan plan;
    const auto allows = [&](const char* family) { return policy.sockets.allowed.find(family) != policy.sockets.allowed.end(); };
    plan.least = policy.landlock.least;
    plan.degradation = policy.landlock.may_degrade;
    plan.no_tcp = !allows("inet") && !allows("inet6");
    if (policy.process.nested_namespaces.value) {
        plan.every_socket = allows("unix");
        return plan;
    }
    plan.handled = all_rights(allows("unix"));
    plan.rules = RuleLowering().run(policy.filesystem);
    for (PathRule& rule : plan.rules) {
        std::erase_if(rule.rights, [&](PathRight right) { return plan.handled.find(right) == plan.handled.end(); });
    }
    std::erase_if(plan.rules, [](const PathRule& rule) { return rule.rights.empty(); });
    for (const auto& [path, node] : policy.filesystem.nodes) {
        const auto* tree = std::get_if<policy::HostTree>(&node.content);
        if (tree != nullptr && tree->noexec && !plan.needs_execute) {
            plan.needs_execute = node.origin;
        }
    }
    return plan;
}

}  // namespace sbx::plan
