// Findings about the view: masks without effect, the host's /proc inside a wider tree, a start that can't be, sums of sizes.
#include "compiler/policy/check_parts.hpp"
#include "compiler/policy/decide.hpp"

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

/// Whether a mask below `content` takes nothing away.
bool shows_nothing(const NodeContent& content) {
    return std::holds_alternative<Mask>(content) || std::holds_alternative<EmptyDirectory>(content);
}

/// A host tree that shows the host's `path` under another name: that name, and the tree.
struct OtherName {
    SandboxPath path;
    const Node* node = nullptr;
};
std::optional<OtherName> visible_elsewhere(const Nodes& nodes, const SandboxPath& path) {
    for (const auto& [at, node] : nodes) {
        const auto* tree = std::get_if<HostTree>(&node.content);
        if (tree == nullptr || !tree->source.contains(path) || tree->source == at) {
            continue;
        }
        const std::string& base = tree->source.tail();
        return OtherName{at.joined(tree->source.is_root() ? path.tail() : path.tail().substr(base.size())), &node};
    }
    return std::nullopt;
}

}  // namespace

void check_masks(const Profile& profile, Findings& findings) {
    const Nodes& nodes = profile.policy.filesystem.nodes;
    for (const auto& [path, node] : nodes) {
        const auto* mask = std::get_if<Mask>(&node.content);
        if (mask == nullptr || node.origin.file != profile.origin.file) {
            continue;
        }
        const auto above = nearest_above(nodes, path);
        if (above != nodes.end() && !shows_nothing(above->second.content)) {
            continue;
        }
        const std::string spelled = path.text() + (mask->directory ? "/" : "");
        Diagnostic finding = make_finding(DiagnosticKind::hide_without_effect, node.origin, "`hide " + spelled + "` has no effect");
        const auto elsewhere = path.is_literal() ? visible_elsewhere(nodes, path) : std::nullopt;
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
    const Nodes& nodes = profile.policy.filesystem.nodes;
    struct Kernel {
        std::string_view path;
        std::string_view instead;
    };
    for (const Kernel& kernel : {Kernel{"/proc", "proc"}, Kernel{"/dev", "dev"}}) {
        for (const auto& [path, node] : nodes) {
            const auto* tree = std::get_if<HostTree>(&node.content);
            if (tree == nullptr || !tree->source.is_root()) {
                continue;
            }
            const SandboxPath seen_at = path.joined(kernel.path);
            if (nodes.count(seen_at) != 0) {
                continue;
            }
            Diagnostic finding = make_finding(DiagnosticKind::host_proc_visible, node.origin,
                                              "the whole host includes its `" + std::string(kernel.path) + "`");
            finding.notes.push_back("it would be seen at `" + seen_at.text() + "`");
            finding.help.push_back("add `" + std::string(kernel.instead) + " " + seen_at.text() + "`, or grant less than `/`");
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
    constexpr std::uint64_t shared_memory = 64U << 20U;  // of a `dev`, at its shm
    std::uint64_t sum = 0;
    std::vector<Label> labels;
    for (const auto& [path, node] : profile.policy.filesystem.nodes) {
        const auto* tmpfs = std::get_if<Tmpfs>(&node.content);
        const bool is_dev = std::holds_alternative<DeviceDirectory>(node.content);
        const std::uint64_t size = tmpfs != nullptr ? tmpfs->size.bytes : is_dev ? shared_memory : 0;
        if (size != 0) {
            labels.push_back({node.origin, to_text(ByteSize{size}) + (is_dev ? " for its shm" : "")});
            sum = size > ~std::uint64_t{0} - sum ? ~std::uint64_t{0} : sum + size;
        }
    }
    if (sum <= total) {
        return;
    }
    Diagnostic finding =
        make_finding(DiagnosticKind::tmpfs_over_total, limit->second.origin,
                     "tmpfs sizes add up to " + to_text(ByteSize{sum}) + ", more than " + to_text(ByteSize{total}));
    finding.labels = std::move(labels);
    finding.help.push_back("make the sizes smaller, or write `tmpfs-total " + to_text(ByteSize{sum}) + "`");
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
