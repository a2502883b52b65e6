// Findings about the view: masks without effect, the host's /proc inside a wider tree, a start that can't be, sums of sizes.
#include "compiler/policy/check_parts.hpp"
#include "compiler/policy/decide.hpp"

#include <map>

namespace sbx::policy {

namespace {

using Nodes = std::map<SandboxPath, Node>;

/// The nearest node strictly above `path`; the end when there is none.
Nodes::const_iterator nearest_above(const Nodes& nodes, SandboxPath path) {
    while (const auto parent = path.parent()) {
        const auto found = nodes.find(*parent);
        if (found != nodes.end()) {
            return found;
        }
        path = *parent;
    }
    return nodes.end();
}

/// As above; a place that a launch chooses lies strictly below the directory that its parameter is declared with.
Nodes::const_iterator nearest_above_any_value(const Policy& policy, const SandboxPath& path) {
    const Nodes& nodes = policy.filesystem.nodes;
    const auto above = nearest_above(nodes, path);
    const auto parameter = path.is_literal() ? policy.parameters.end() : policy.parameters.find(path.parameter());
    if (above != nodes.end() || parameter == policy.parameters.end() || !parameter->second.value.under) {
        return above;
    }
    const SandboxPath& under = *parameter->second.value.under;
    const auto at_under = nodes.find(under);
    return at_under != nodes.end() ? at_under : nearest_above(nodes, under);
}

/// Whether a mask below `content` takes nothing away.
bool shows_nothing(const NodeContent& content) {
    return std::holds_alternative<Mask>(content) || std::holds_alternative<EmptyDirectory>(content);
}

/// A host tree that shows the host's `path` under another name: that name, and the tree.
struct OtherName {
    SandboxPath path;
    const Node* node = nullptr;
};
/// The trees that are seen at another place than their own, by what they show.
using MovedTrees = std::multimap<SandboxPath, Nodes::const_iterator>;
MovedTrees moved_trees(const Nodes& nodes) {
    MovedTrees trees;
    for (auto node = nodes.begin(); node != nodes.end(); ++node) {
        const auto* tree = std::get_if<HostTree>(&node->second.content);
        if (tree != nullptr && tree->source != node->first) {
            trees.emplace(tree->source, node);
        }
    }
    return trees;
}
std::optional<OtherName> visible_elsewhere(const MovedTrees& trees, const SandboxPath& path) {
    for (std::optional<SandboxPath> above = path; above; above = above->parent()) {
        if (const auto found = trees.find(*above); found != trees.end()) {
            const auto& [at, node] = *found->second;
            return OtherName{at.joined(above->is_root() ? path.tail() : path.tail().substr(above->tail().size())), &node};
        }
    }
    return std::nullopt;
}

std::uint64_t saturating_sum(std::uint64_t a, std::uint64_t b) {
    return b > ~std::uint64_t{0} - a ? ~std::uint64_t{0} : a + b;
}

/// Each directory on the way from a tmpfs to a node in it, which becomes a tmpfs of the same size (language reference, section 4).
struct FirmDirectory {
    std::uint64_t size = 0;
    Origin origin;  ///< of the node that it leads to
};
using FirmDirectories = std::map<SandboxPath, FirmDirectory>;

void add_firm(const Nodes& nodes, std::optional<SandboxPath> directory, Origin origin, FirmDirectories& firm) {
    std::vector<SandboxPath> between;
    for (; directory; directory = directory->parent()) {
        if (const auto found = nodes.find(*directory); found != nodes.end()) {
            const auto* tmpfs = std::get_if<Tmpfs>(&found->second.content);
            for (SandboxPath& path : between) {
                if (tmpfs != nullptr) {
                    firm.try_emplace(std::move(path), FirmDirectory{tmpfs->size.bytes, origin});
                }
            }
            return;
        }
        between.push_back(*directory);
    }
}

FirmDirectories firm_directories(const Policy& policy) {
    const Nodes& nodes = policy.filesystem.nodes;
    FirmDirectories firm;
    const std::string* last = nullptr;
    for (const auto& [path, node] : nodes) {
        add_firm(nodes, path.parent(), node.origin, firm);
        if (path.is_literal() || (last != nullptr && *last == path.parameter())) {
            continue;
        }
        last = &path.parameter();
        if (const auto parameter = policy.parameters.find(*last); parameter != policy.parameters.end()) {
            add_firm(nodes, parameter->second.value.under, node.origin, firm);
        }
    }
    return firm;
}

/// Private writable directories: how much they hold together, and where each is asked for.
struct PrivateSizes {
    std::uint64_t sum = 0;
    std::vector<Label> labels;
};

PrivateSizes private_sizes(const Policy& policy, bool with_shared_memory) {
    constexpr std::uint64_t shared_memory = 64U << 20U;  // of a `dev`, at its shm
    PrivateSizes sizes;
    for (const auto& [path, node] : policy.filesystem.nodes) {
        const auto* tmpfs = std::get_if<Tmpfs>(&node.content);
        const bool is_dev = with_shared_memory && std::holds_alternative<DeviceDirectory>(node.content);
        const std::uint64_t size = tmpfs != nullptr ? tmpfs->size.bytes : is_dev ? shared_memory : 0;
        if (size != 0) {
            sizes.labels.push_back({node.origin, to_text(ByteSize{size}) + (is_dev ? " for its shm" : "")});
            sizes.sum = saturating_sum(sizes.sum, size);
        }
    }
    for (const auto& [path, directory] : firm_directories(policy)) {
        sizes.labels.push_back(
            {directory.origin, to_text(ByteSize{directory.size}) + " for `" + path.text() + "`, which is on the way here"});
        sizes.sum = saturating_sum(sizes.sum, directory.size);
    }
    return sizes;
}

}  // namespace

void check_masks(const Profile& profile, Findings& findings) {
    const Nodes& nodes = profile.policy.filesystem.nodes;
    const MovedTrees moved = moved_trees(nodes);
    for (const auto& [path, node] : nodes) {
        const auto* mask = std::get_if<Mask>(&node.content);
        if (mask == nullptr || node.origin.file != profile.origin.file) {
            continue;
        }
        const auto above = nearest_above_any_value(profile.policy, path);
        const bool is_for_others = profile.is_fragment && above == nodes.end();  // it masks what who takes it in grants
        if (is_for_others || (above != nodes.end() && !shows_nothing(above->second.content))) {
            continue;
        }
        const std::string spelled = path.text() + (mask->directory ? "/" : "");
        Diagnostic finding = make_finding(DiagnosticKind::hide_without_effect, node.origin, "`hide " + spelled + "` has no effect");
        const auto elsewhere = path.is_literal() ? visible_elsewhere(moved, path) : std::nullopt;
        if (elsewhere) {
            finding.severity = Severity::error;
            finding.label = "what lies here on the host stays readable";
            finding.labels.push_back({elsewhere->node->origin, "granted here, as `" + elsewhere->path.text() + "`"});
            finding.help.push_back("hide it where it is seen: `hide " + elsewhere->path.text() + (mask->directory ? "/" : "") +
                                   "`");
        } else {
            if (above != nodes.end()) {
                finding.labels.push_back({above->second.origin, "nothing is visible below this"});
            }
            finding.notes.emplace_back("what no statement grants is absent already");
            finding.help.emplace_back("remove the statement, or correct its path");
        }
        findings.add(std::move(finding));
    }
}

void check_host_proc(const Profile& profile, Findings& findings) {
    if (profile.is_fragment) {
        return;  // who takes it in may place both
    }
    const Nodes& nodes = profile.policy.filesystem.nodes;
    for (const auto& [path, node] : nodes) {
        const auto* tree = std::get_if<HostTree>(&node.content);
        if (tree == nullptr || !tree->source.is_root()) {
            continue;
        }
        std::string shown;
        std::string instead;
        for (const std::string_view kernel : {std::string_view("proc"), std::string_view("dev")}) {
            const SandboxPath seen_at = path.joined("/" + std::string(kernel));
            if (nodes.count(seen_at) == 0) {
                shown += (shown.empty() ? "`/" : " and its `/") + std::string(kernel) + "`";
                instead += (instead.empty() ? "`" : " and `") + std::string(kernel) + " " + seen_at.text() + "`";
            }
        }
        if (!shown.empty()) {
            Diagnostic finding =
                make_finding(DiagnosticKind::host_proc_visible, node.origin, "the whole host includes its " + shown);
            finding.help.push_back("add " + instead + ", or grant less than `/`");
            findings.add(std::move(finding));
        }
    }
}

void check_tmpfs_total(const Profile& profile, Findings& findings) {
    const auto limit = profile.policy.limits.find(Limit::tmpfs_total);
    if (limit == profile.policy.limits.end() || !std::holds_alternative<std::uint64_t>(limit->second.value)) {
        return;
    }
    const std::uint64_t total = std::get<std::uint64_t>(limit->second.value);
    PrivateSizes sizes = private_sizes(profile.policy, true);
    if (sizes.sum <= total) {
        return;
    }
    Diagnostic finding =
        make_finding(DiagnosticKind::tmpfs_over_total, limit->second.origin,
                     "tmpfs sizes add up to " + to_text(ByteSize{sizes.sum}) + ", more than " + to_text(ByteSize{total}));
    finding.labels = std::move(sizes.labels);
    finding.help.push_back("make the sizes smaller, or write `tmpfs-total " + to_text(ByteSize{sizes.sum}) + "`");
    findings.add(std::move(finding));
}

void check_tmpfs_memory(const Profile& profile, Findings& findings) {
    const auto limit = profile.policy.limits.find(Limit::memory);
    const auto* const memory = limit == profile.policy.limits.end() ? nullptr : std::get_if<std::uint64_t>(&limit->second.value);
    if (memory == nullptr || !is_own(limit->second.origin)) {
        return;
    }
    PrivateSizes sizes = private_sizes(profile.policy, false);  // no statement makes the shm of a `dev` smaller
    if (sizes.sum <= *memory) {
        return;
    }
    const std::string sum = to_text(ByteSize{sizes.sum});
    Diagnostic finding = make_finding(DiagnosticKind::tmpfs_over_memory, limit->second.origin,
                                      "tmpfs sizes add up to " + sum + ", more than `memory " + to_text(ByteSize{*memory}) + "`");
    finding.labels = std::move(sizes.labels);
    finding.notes.emplace_back("what lies in a tmpfs is memory: who fills them is killed, and never told that no space is left");
    finding.help.push_back("make the sizes smaller, as in `tmpfs /tmp { size 16M; mode 1777 }`, or allow more than " + sum);
    findings.add(std::move(finding));
}

void check_grants(const Profile& profile, Findings& findings) {
    for (const auto& [path, node] : profile.policy.filesystem.nodes) {
        if (std::holds_alternative<HostTree>(node.content)) {
            return;
        }
    }
    Diagnostic finding = make_finding(DiagnosticKind::grants_nothing, profile.origin,
                                      "the profile grants nothing of the host: no program can start under it");
    finding.help.emplace_back("begin with `use std/system`, which grants what programs need to start");
    findings.add(std::move(finding));
}

}  // namespace sbx::policy
