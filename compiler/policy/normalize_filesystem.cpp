// The nodes of all layers to the normal form: a node that says what the nearest node above it says already is dropped, and its
// source remembered as required unless something else needs it. Assumes nodes sorted by path, unique; guarantees that each that
// remains decides something, in linear time but for sorting sources.
#include "compiler/policy/resolve_session.hpp"

#include <algorithm>
#include <iterator>

namespace sbx::policy {

namespace {

/// The nodes above the one at hand, outermost first, with the source that each gives.
using Ancestors = std::vector<const PlacedNode*>;

/// The part of `path` below `above`, which contains it.
std::string_view suffix_below(const SandboxPath& above, const SandboxPath& path) {
    return above.is_root() ? std::string_view(path.tail()) : std::string_view(path.tail()).substr(above.tail().size());
}

/// What stands at a node below which nothing can; empty where something can.
std::string_view leaf_words(const NodeContent& content) {
    struct Visitor {
        std::string_view operator()(const HostTree&) const { return {}; }
        std::string_view operator()(const Tmpfs&) const { return {}; }
        std::string_view operator()(const EmptyDirectory&) const { return {}; }
        std::string_view operator()(const DataFile&) const { return "a `file`"; }
        std::string_view operator()(const Link&) const { return "a `symlink`"; }
        std::string_view operator()(const Mask&) const { return {}; }
        std::string_view operator()(const Procfs&) const { return "a `proc`"; }
        std::string_view operator()(const DeviceDirectory&) const { return "a `dev`"; }
        std::string_view operator()(const HostDevice&) const { return "a `device`"; }
        std::string_view operator()(const HostSocket&) const { return "a `socket`"; }
    };
    return std::visit(Visitor{}, content);
}

std::string help_below(const PlacedNode& above, const PlacedNode& node) {
    if (const auto* link = std::get_if<Link>(&above.node.content)) {
        const std::string target = link->target.front() == '/'
                                       ? link->target
                                       : above.path.parent().value_or(SandboxPath()).joined("").text() + "/" + link->target;
        return "place it where the link leads, as in `" + SandboxPath::normalized(target) +
               std::string(suffix_below(above.path, node.path)) + "`, or remove the link";
    }
    if (std::holds_alternative<DeviceDirectory>(above.node.content)) {
        return "only `device` nodes stand below a `dev`: remove this one, or place it elsewhere";
    }
    return "remove one of the two, or place this one elsewhere";
}

/// Where a `hide` is to get its slash: nullopt where it stands as a variable, which may be used elsewhere, too.
std::optional<Origin> place_of_slash(const Origin& path) {
    const std::string_view text = path.file->text(path.span);
    if (text.empty() || (text.front() == '$' && text.find('/') == std::string_view::npos)) {
        return std::nullopt;
    }
    const std::uint32_t at = path.span.end - (text.back() == '"' ? 1 : 0);
    return Origin{path.file, {at, at}};
}

bool check_above(const PlacedNode& above, const PlacedNode& node, Session& session) {
    const auto* mask = std::get_if<Mask>(&above.node.content);
    if (mask != nullptr && !mask->directory) {
        auto report = session.error(DiagnosticKind::mask_kind_mismatch, above.node.origin,
                                    "`hide " + above.path.text() + "` masks a file, but `" + node.path.text() + "` lies below it");
        report.label(node.node.origin, "so this is a directory").help("write `hide " + above.path.text() + "/`");
        // The policy shows that it is a directory, and the slash hides what is in it: nothing is granted that was not before.
        if (const auto place = place_of_slash(above.node.origin)) {
            report.fix(*place, "/", true);
        }
        return false;
    }
    const std::string_view words = leaf_words(above.node.content);
    const bool is_device =
        std::holds_alternative<DeviceDirectory>(above.node.content) && std::holds_alternative<HostDevice>(node.node.content);
    if (!words.empty() && !is_device) {
        session.error(DiagnosticKind::node_misplaced, node.node.origin, "nothing can stand below " + std::string(words))
            .caret("`" + node.path.text() + "`")
            .label(above.node.origin, "`" + above.path.text() + "` is one")
            .help(help_below(above, node));
        return false;
    }
    return true;
}

/// A link can't be mounted: it is made while the sandbox's root is built, so no tree of the host and no tmpfs may come in between.
bool check_link(const PlacedNode& above, const PlacedNode& node, Session& session) {
    const auto* tree = std::get_if<HostTree>(&above.node.content);
    if (!std::holds_alternative<Link>(node.node.content) ||
        (tree == nullptr && !std::holds_alternative<Tmpfs>(above.node.content))) {
        return true;
    }
    const bool writable = tree == nullptr || tree->writable;
    session
        .error(DiagnosticKind::node_misplaced, node.node.origin,
               std::string("a `symlink` can't stand below a ") + (writable ? "writable node" : "tree of the host"))
        .label(above.node.origin, writable ? "the program could replace it here" : "this tree would have to be changed on the host")
        .help("place a `file` or a `read … as` there, or make the link in a part of the view that only the policy makes");
    return false;
}

/// The source of a node that is not optional: a launch opens it component by component, and insists.
struct NeededSource {
    const SandboxPath* path = nullptr;
    bool directory = false;
};
using NeededSources = std::vector<NeededSource>;
bool before(const NeededSource& a, const NeededSource& b) {
    return *a.path < *b.path;
}

NeededSources needed_sources(const Filesystem& filesystem) {
    NeededSources sources;
    for (const auto& [path, node] : filesystem.nodes) {
        const auto* tree = std::get_if<HostTree>(&node.content);
        if (tree != nullptr && !node.optional) {
            sources.push_back({&tree->source, node.must_be_directory});
        }
    }
    std::sort(sources.begin(), sources.end(), before);
    return sources;
}

/// Takes out of `required` what follows from the rest: that a directory exists in which something else must exist. Both are sorted,
/// and a subtree follows its root without a gap, so that one look ahead is enough.
void drop_implied_sources(std::map<SandboxPath, Located<bool>>& required, const NeededSources& needed) {
    auto source = needed.begin();
    for (auto at = required.begin(); at != required.end();) {
        const SandboxPath& path = at->first;
        source = std::lower_bound(source, needed.end(), NeededSource{&path, false}, before);
        bool implied = false;
        auto below = source;
        for (; below != needed.end() && *below->path == path; ++below) {
            implied = implied || below->directory || !at->second.value;
        }
        const auto next = std::next(at);
        implied = implied || (below != needed.end() && path.contains(*below->path)) ||
                  (next != required.end() && path.contains(next->first));
        at = implied ? required.erase(at) : next;
    }
}

/// A slash says nothing about a tree in which something else must exist.
void drop_implied_slashes(Filesystem& filesystem, const NeededSources& needed) {
    for (auto& [path, node] : filesystem.nodes) {
        const auto* tree = node.must_be_directory ? std::get_if<HostTree>(&node.content) : nullptr;
        if (tree == nullptr) {
            continue;
        }
        const auto source = std::upper_bound(needed.begin(), needed.end(), NeededSource{&tree->source, false}, before);
        const auto required = filesystem.required.upper_bound(tree->source);
        node.must_be_directory = !(source != needed.end() && tree->source.contains(*source->path)) &&
                                 !(required != filesystem.required.end() && tree->source.contains(required->first));
    }
}

void require(Filesystem& filesystem, const PlacedNode& node) {
    const HostTree& tree = std::get<HostTree>(node.node.content);
    const auto place = filesystem.required.try_emplace(filesystem.required.end(), tree.source,
                                                       Located<bool>{node.node.must_be_directory, node.node.origin});
    place->second.value = place->second.value || node.node.must_be_directory;
}

}  // namespace

bool gives_same(const PlacedNode& above, const PlacedNode& node) {
    const auto* outer = std::get_if<HostTree>(&above.node.content);
    const auto* inner = std::get_if<HostTree>(&node.node.content);
    if (outer == nullptr || inner == nullptr || outer->writable != inner->writable || outer->noexec != inner->noexec ||
        outer->source.parameter() != inner->source.parameter()) {
        return false;
    }
    const std::string_view suffix = suffix_below(above.path, node.path);
    const std::string_view source = inner->source.tail();
    const std::string_view prefix = outer->source.is_root() ? std::string_view() : std::string_view(outer->source.tail());
    return source.size() == prefix.size() + suffix.size() && source.substr(0, prefix.size()) == prefix &&
           source.substr(prefix.size()) == suffix;
}

Filesystem normalize_filesystem(std::vector<PlacedNode> nodes, Session& session) {
    Filesystem filesystem;
    Ancestors above;
    std::vector<bool> kept(nodes.size(), false);
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        const PlacedNode& node = nodes[i];
        while (!above.empty() && !above.back()->path.contains(node.path)) {
            above.pop_back();
        }
        if (!above.empty()) {
            if (!check_above(*above.back(), node, session) || !check_link(*above.back(), node, session)) {
                continue;
            }
            if (gives_same(*above.back(), node)) {
                if (!node.node.optional) {
                    require(filesystem, node);
                }
                continue;
            }
        }
        kept[i] = true;
        above.push_back(&node);
    }
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (kept[i]) {
            filesystem.nodes.emplace_hint(filesystem.nodes.end(), std::move(nodes[i].path), std::move(nodes[i].node));
        }
    }
    const NeededSources needed = needed_sources(filesystem);
    drop_implied_sources(filesystem.required, needed);
    drop_implied_slashes(filesystem, needed);
    return filesystem;
}

}  // namespace sbx::policy
