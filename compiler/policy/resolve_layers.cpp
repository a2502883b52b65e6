// Merging, key by key. Assumes that each layer has a key at most once and its nodes sorted; guarantees the same of the result.
#include "compiler/policy/repeated_statement.hpp"
#include "compiler/policy/resolve_final.hpp"
#include "compiler/policy/resolve_session.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace sbx::policy {

namespace {

/// Calls `merge(name, into, from, settled)` for each keyed part but the nodes. A part is a map or a Slot.
template <class Merge>
void for_each_part(Layer& into, Layer& from, const Layer& settling, Merge merge) {
    merge("param", into.parameters, from.parameters, settling.parameters);
    merge("workdir", into.workdir, from.workdir, settling.workdir);
    merge("network", into.network, from.network, settling.network);
    merge("resolver", into.resolver, from.resolver, settling.resolver);
    merge("limit", into.limits, from.limits, settling.limits);
    merge("may-degrade", into.may_degrade, from.may_degrade, settling.may_degrade);
    merge("variable", into.variables, from.variables, settling.variables);
    merge("run-as", into.run_as, from.run_as, settling.run_as);
    merge("hostname", into.hostname, from.hostname, settling.hostname);
    merge("command", into.command, from.command, settling.command);
    merge("pass-descriptor", into.descriptors, from.descriptors, settling.descriptors);
    merge("switch", into.switches, from.switches, settling.switches);
    merge("target", into.target_features, from.target_features, settling.target_features);
    merge("require landlock", into.landlock, from.landlock, settling.landlock);
    merge("may-degrade landlock", into.landlock_may_degrade, from.landlock_may_degrade, settling.landlock_may_degrade);
    merge("syscalls", into.filter_mode, from.filter_mode, settling.filter_mode);
}

std::string key_text(const std::string& key) {
    return key;
}
std::string key_text(Limit key) {
    return std::string(to_text(key));
}
std::string key_text(std::uint32_t key) {
    return std::to_string(key);
}

void report_disagreement(Session& session, const std::string& what, Origin first, Origin second) {
    session.error(DiagnosticKind::fragments_disagree, second, "two files that are taken in differ about " + what)
        .caret("and another way here")
        .label(first, "one way here")
        .help("say in the file that takes them in which it shall be: what it says replaces both");
}

/// The merge of fragments.
struct Siblings {
    Session& session;

    template <class T>
    void one(const std::string& what, Setting<T>& into, Setting<T>& from, bool settled) const {
        if (!(into.value == from.value) && !settled) {
            report_disagreement(session, what, into.origin, from.origin);
        }
        into.is_final = into.is_final || from.is_final;
    }
    template <class K, class T, class C>
    void operator()(const char* name, std::map<K, Setting<T>, C>& into, std::map<K, Setting<T>, C>& from,
                    const std::map<K, Setting<T>, C>& settling) const {
        for (auto& [key, setting] : from) {
            const auto [place, is_new] = into.try_emplace(key, setting);
            if (!is_new) {
                one(std::string(name) + " `" + key_text(key) + "`", place->second, setting, settling.count(key) != 0);
            }
        }
    }
    template <class T>
    void operator()(const char* name, Slot<T>& into, Slot<T>& from, const Slot<T>& settling) const {
        if (into && from) {
            one("`" + std::string(name) + "`", *into, *from, settling.has_value());
        } else if (from) {
            into = std::move(from);
        }
    }
};

/// The merge of a lower layer with what takes it in.
struct Overlay {
    Session& session;

    template <class T>
    void one(const std::string& what, Setting<T>& into, Setting<T>& from) const {
        if (into.is_final && !(into.value == from.value)) {
            report_final(session, what, into.origin, from.origin);
        }
        const bool is_final = into.is_final || from.is_final;
        into = std::move(from);
        into.is_final = is_final;
    }
    template <class K, class T, class C>
    void operator()(const char* name, std::map<K, Setting<T>, C>& into, std::map<K, Setting<T>, C>& from,
                    const std::map<K, Setting<T>, C>&) const {
        for (auto& [key, setting] : from) {
            const auto [place, is_new] = into.try_emplace(key, setting);
            if (!is_new) {
                one(std::string(name) + " `" + key_text(key) + "`", place->second, setting);
            }
        }
    }
    template <class T>
    void operator()(const char* name, Slot<T>& into, Slot<T>& from, const Slot<T>&) const {
        if (into && from) {
            one("`" + std::string(name) + "`", *into, *from);
        } else if (from) {
            into = std::move(from);
        }
    }
};

bool in_order(const PlacedNode& a, const PlacedNode& b) {
    return a.path < b.path;
}

bool has_node(const std::vector<PlacedNode>& nodes, const PlacedNode& wanted) {
    return std::binary_search(nodes.begin(), nodes.end(), wanted, in_order);
}

/// Both sorted; `same(a, b)` gives the node of a path that is in both.
template <class Same>
std::vector<PlacedNode> merge_nodes(std::vector<PlacedNode> a, std::vector<PlacedNode> b, Same same) {
    if (a.empty() || b.empty()) {
        return a.empty() ? std::move(b) : std::move(a);
    }
    std::vector<PlacedNode> merged;
    merged.reserve(a.size() + b.size());
    auto left = a.begin();
    for (PlacedNode& right : b) {
        while (left != a.end() && in_order(*left, right)) {
            merged.push_back(std::move(*left++));
        }
        if (left != a.end() && left->path == right.path) {
            merged.push_back(same(*left++, right));
        } else {
            merged.push_back(std::move(right));
        }
    }
    std::move(left, a.end(), std::back_inserter(merged));
    return merged;
}

std::string_view words(const NodeContent& content) {
    struct Visitor {
        std::string_view operator()(const HostTree& tree) const { return tree.writable ? "write" : "read"; }
        std::string_view operator()(const Tmpfs&) const { return "tmpfs"; }
        std::string_view operator()(const EmptyDirectory&) const { return "dir"; }
        std::string_view operator()(const DataFile&) const { return "file"; }
        std::string_view operator()(const Link&) const { return "symlink"; }
        std::string_view operator()(const Mask&) const { return "hide"; }
        std::string_view operator()(const Procfs&) const { return "proc"; }
        std::string_view operator()(const DeviceDirectory&) const { return "dev"; }
        std::string_view operator()(const HostDevice&) const { return "device"; }
        std::string_view operator()(const HostSocket&) const { return "socket"; }
    };
    return std::visit(Visitor{}, content);
}

void report_conflict(const PlacedNode& first, const PlacedNode& second, Session& session) {
    if (first.node == second.node) {
        auto report = session.refuse(DiagnosticKind::duplicate, second.node.origin,
                                     "`" + second.path.text() + "` is placed twice in the same way");
        report.label(first.node.origin, "first placed here").help("remove one of the two");
        offer_removal_of_repeated(report, session, second.node.origin, first.node.origin);
        return;
    }
    const std::string one(words(first.node.content));
    const std::string other(words(second.node.content));
    session.error(DiagnosticKind::conflicting_nodes, second.node.origin, "two different nodes at `" + second.path.text() + "`")
        .caret(one == other ? "and differently here" : "`" + other + "` here")
        .label(first.node.origin, "`" + one + "` here")
        .help("remove one of the two; a node at a path below one of them may differ from it");
}

/// Stable. Nodes are large: their places are sorted first, so that each is moved once, and none is copied aside.
void sort_by_path(std::vector<PlacedNode>& nodes) {
    std::vector<std::size_t> from(nodes.size());
    std::iota(from.begin(), from.end(), std::size_t{0});
    std::sort(from.begin(), from.end(), [&](std::size_t a, std::size_t b) {
        const std::strong_ordering order = nodes[a].path <=> nodes[b].path;
        return order != 0 ? order < 0 : a < b;
    });
    for (std::size_t begin = 0; begin < nodes.size(); ++begin) {
        if (from[begin] == begin) {
            continue;
        }
        PlacedNode first = std::move(nodes[begin]);
        std::size_t to = begin;
        while (from[to] != begin) {
            nodes[to] = std::move(nodes[from[to]]);
            to = std::exchange(from[to], to);
        }
        nodes[to] = std::move(first);
        from[to] = to;
    }
}

}  // namespace

void seal_nodes(std::vector<PlacedNode>& nodes, Session& session) {
    if (!std::is_sorted(nodes.begin(), nodes.end(), in_order)) {
        sort_by_path(nodes);
    }
    const auto same_path = [](const PlacedNode& a, const PlacedNode& b) { return a.path == b.path; };
    if (std::adjacent_find(nodes.begin(), nodes.end(), same_path) == nodes.end()) {
        return;
    }
    std::size_t kept = 0;
    for (std::size_t i = 1; i < nodes.size(); ++i) {
        if (nodes[i].path == nodes[kept].path) {
            report_conflict(nodes[kept], nodes[i], session);
        } else if (++kept != i) {
            nodes[kept] = std::move(nodes[i]);
        }
    }
    nodes.resize(kept + 1);
}

void merge_sibling(Layer& merged, Layer sibling, const Layer& settling, Session& session) {
    check_final(merged, sibling, session);
    check_final(sibling, merged, session);
    merged.nodes = merge_nodes(std::move(merged.nodes), std::move(sibling.nodes), [&](PlacedNode& a, PlacedNode& b) {
        if (!(a.node == b.node) && !has_node(settling.nodes, a)) {
            report_disagreement(session, "`" + a.path.text() + "`", a.node.origin, b.node.origin);
        }
        a.is_final = a.is_final || b.is_final;
        return std::move(a);
    });
    add_filter_rules(merged, sibling);
    for_each_part(merged, sibling, settling, Siblings{session});
    merge_network_rules(merged.network_rules, std::move(sibling.network_rules));
}

Layer lay_over(Layer lower, Layer upper, Session& session) {
    check_final(lower, upper, session);
    lower.nodes = merge_nodes(std::move(lower.nodes), std::move(upper.nodes), [](PlacedNode& a, PlacedNode& b) {
        b.is_final = a.is_final || b.is_final;
        return std::move(b);
    });
    if (upper.network && upper.network->value != NetworkMode::filtered) {  // a filter that is replaced has no rules
        lower.network_rules.clear();
        lower.resolver.reset();
    }
    lay_over_filters(lower, upper);
    for_each_part(lower, upper, upper, Overlay{session});
    merge_network_rules(lower.network_rules, std::move(upper.network_rules));
    return lower;
}

}  // namespace sbx::policy
