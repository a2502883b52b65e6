// What a `hide` takes away at one name and another tree shows at a second one. A tree that names something in the hidden place was
// written for that, and does not count; one that names the place itself does: a launch refuses an object that is hidden and
// granted.
#include "compiler/policy/check_parts.hpp"
#include "compiler/policy/statement_text.hpp"

namespace sbx::policy {
namespace {

using ViewNode = std::map<SandboxPath, Node>::const_iterator;

/// The node that decides the place above a mask; the end when there is none.
ViewNode decides_above(const std::map<SandboxPath, Node>& nodes, const SandboxPath& path) {
    for (auto at = path.parent(); at; at = at->parent()) {
        if (const auto found = nodes.find(*at); found != nodes.end()) {
            return found;
        }
    }
    return nodes.end();
}

/// `path` moved from below `from` to below `to`.
SandboxPath moved(const SandboxPath& path, const SandboxPath& from, const SandboxPath& to) {
    return to.joined(std::string_view(path.tail()).substr(from.tail() == "/" ? 0 : from.tail().size()));
}

/// One that shows more than a place under that place's own name: what is hidden in it is hidden there.
bool is_elsewhere(const ViewNode& node) {
    return std::get<HostTree>(node->second.content).source != node->first;
}

/// Whether `place` is shown by the node at `at` and by none between.
bool shows(const std::map<SandboxPath, Node>& nodes, const SandboxPath& at, const SandboxPath& place) {
    for (std::optional<SandboxPath> up = place; up && *up != at; up = up->parent()) {
        if (nodes.count(*up) != 0) {
            return false;
        }
    }
    return true;
}

}  // namespace

void lint_other_names(const Profile& profile, Findings& findings) {
    const auto& nodes = profile.policy.filesystem.nodes;
    std::vector<ViewNode> trees;
    std::vector<ViewNode> masks;
    for (auto node = nodes.begin(); node != nodes.end(); ++node) {
        const auto* tree = std::get_if<HostTree>(&node->second.content);
        if (tree != nullptr && tree->source.is_literal() && node->first.is_literal()) {
            trees.push_back(node);
        } else if (std::holds_alternative<Mask>(node->second.content) && node->first.is_literal()) {
            masks.push_back(node);
        }
    }
    constexpr std::size_t most_pairs = 1U << 20U;
    if (trees.empty() || masks.size() > most_pairs / trees.size()) {
        return;
    }
    for (const ViewNode mask : masks) {
        const ViewNode above = decides_above(nodes, mask->first);
        const auto* given = above == nodes.end() ? nullptr : std::get_if<HostTree>(&above->second.content);
        if (given == nullptr || !given->source.is_literal()) {
            continue;
        }
        const SandboxPath hidden = moved(mask->first, above->first, given->source);
        for (const ViewNode other : trees) {
            const SandboxPath& source = std::get<HostTree>(other->second.content).source;
            const bool is_itself = source == hidden;
            if (other == above || !source.contains(hidden) ||
                (!is_itself && !(is_own(mask->second.origin) && is_elsewhere(other)))) {
                continue;
            }
            const SandboxPath seen_at = moved(hidden, source, other->first);
            if (!shows(nodes, other->first, seen_at)) {
                continue;
            }
            const std::string slash = std::get<Mask>(mask->second.content).directory ? "/" : "";
            Diagnostic finding = make_finding(DiagnosticKind::hidden_elsewhere_visible, mask->second.origin,
                                              "what is hidden here can be read as `" + seen_at.text() + "`");
            finding.labels.push_back({other->second.origin, "it is granted here under another name"});
            finding.help.push_back(is_itself ? "remove one of the two: a launch refuses what is hidden and granted at once"
                                             : "hide it there, too: `hide " + seen_at.text() + slash + "`");
            findings.add(std::move(finding));
            break;
        }
    }
}

}  // namespace sbx::policy
