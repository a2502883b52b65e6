// A required source is not in the nodes because a wider one says the same: as a node it is that one, made narrower. Back through
// the normalisation that resolve() uses, so that there is one normal form.
#include "compiler/policy/flat_nodes.hpp"

#include "compiler/policy/resolve_session.hpp"
#include "compiler/policy/system_trees.hpp"

namespace sbx::policy {
namespace {

/// The trees of a policy by what they show, so that each required source is looked up and not searched for.
using TreesBySource = std::multimap<SandboxPath, const std::pair<const SandboxPath, Node>*>;

TreesBySource trees_by_source(const Filesystem& filesystem) {
    TreesBySource trees;
    for (const auto& entry : filesystem.nodes) {
        if (const auto* tree = std::get_if<HostTree>(&entry.second.content)) {
            trees.emplace(tree->source, &entry);
        }
    }
    return trees;
}

/// A nearer node there would make the statement mean something else.
bool is_nearest(const Filesystem& filesystem, const SandboxPath& tree, const SandboxPath& place) {
    for (std::optional<SandboxPath> between = place; between && *between != tree; between = between->parent()) {
        if (filesystem.nodes.count(*between) != 0) {
            return false;
        }
    }
    return true;
}

/// Adds the node for a required source; none when no tree gives the source, which resolve() does not make.
void add_required(const Filesystem& filesystem, const TreesBySource& trees, const SandboxPath& source,
                  const Located<bool>& directory, FlatNodes& flat) {
    for (auto above = source.parent(); above; above = above->parent()) {
        const auto [first, last] = trees.equal_range(*above);
        for (auto at = first; at != last; ++at) {
            const auto& [path, node] = *at->second;
            const SandboxPath place = path.joined(above->is_root() ? source.tail() : source.tail().substr(above->tail().size()));
            if (is_nearest(filesystem, path, place)) {
                const HostTree& tree = std::get<HostTree>(node.content);
                flat.try_emplace(place,
                                 Node{HostTree{source, tree.writable, tree.noexec}, false, directory.value, directory.origin});
                return;
            }
        }
    }
}

class NoFiles final : public FileReader {
public:
    [[nodiscard]] std::optional<std::string> read(const std::string&) const override { return std::nullopt; }
    [[nodiscard]] std::string canonical(const std::string& path) const override { return path; }
};

}  // namespace

FlatNodes to_flat(const Filesystem& filesystem) {
    FlatNodes flat = filesystem.nodes;
    const TreesBySource trees = trees_by_source(filesystem);
    for (const auto& [source, directory] : filesystem.required) {
        add_required(filesystem, trees, source, directory, flat);
    }
    return flat;
}

std::optional<Filesystem> from_flat(const FlatNodes& nodes, const Filesystem& original) {
    std::vector<PlacedNode> placed;
    placed.reserve(nodes.size());
    for (const auto& [path, node] : nodes) {
        placed.push_back({path, node, false});
    }
    const NoFiles files;
    const ResolveOptions options;
    SourceSet sources;
    DiagnosticSink sink;
    Session session(files, options, sources, sink);
    for (const auto& [path, node] : nodes) {
        const auto* tree = std::get_if<HostTree>(&node.content);
        if (tree != nullptr && tree->source.is_literal() && !check_source(session, node.origin, tree->source, tree->writable)) {
            return std::nullopt;
        }
    }
    Filesystem filesystem = normalize_filesystem(std::move(placed), session);
    if (sink.has_errors()) {
        return std::nullopt;
    }
    filesystem.workdir = original.workdir;
    return filesystem;
}

}  // namespace sbx::policy
