// `final`: what a later layer may not say, beyond the keys that it may not replace. Assumes layers with sorted nodes.
#include "compiler/policy/resolve_final.hpp"

#include "compiler/policy/resolve_session.hpp"

#include <algorithm>

namespace sbx::policy {

namespace {

bool by_path(const PlacedNode& a, const PlacedNode& b) {
    return a.path < b.path;
}

using Variables = std::map<std::string, Setting<Variable>>;

/// Whether some name is one of both entries, which may be patterns.
bool overlap(const std::string& a, const std::string& b) {
    const auto covers = [](const std::string& pattern, const std::string& entry) {
        return pattern.ends_with('*') && entry.starts_with(std::string_view(pattern).substr(0, pattern.size() - 1));
    };
    return covers(a, b) || covers(b, a);
}

/// What is fixed wins over what is accepted, and that over what is kept: so a pattern can replace what a final name says.
bool outranks(const Variable& later, const Variable& firm) {
    const auto rank = [](Passage passage) { return passage == Passage::fixed ? 2 : passage == Passage::accepted ? 1 : 0; };
    return rank(later.passage) > rank(firm.passage);
}

void check_final_variables(const Variables& firm, const Variables& later, Session& session) {
    for (const auto& [name, setting] : firm) {
        if (!setting.is_final) {
            continue;
        }
        for (const auto& [other, replacing] : later) {
            if (other != name && overlap(name, other) && outranks(replacing.value, setting.value) &&
                replacing.origin.file != setting.origin.file) {
                report_final(session, "variable `" + name + "`", setting.origin, replacing.origin);
            }
        }
    }
}

/// The directory that every value of the parameter of `path` lies under; null where none is known.
const SandboxPath* directory_of_values(const SandboxPath& path, const Layer& layer, const Layer& other) {
    for (const Layer* declaring : {&layer, &other}) {
        const auto found = declaring->parameters.find(path.parameter());
        if (found != declaring->parameters.end()) {
            return found->second.value.under ? &*found->second.value.under : nullptr;
        }
    }
    return nullptr;
}

/// The nodes at parameters come last. One whose values all lie below a final node is as good as below it; of one whose values may,
/// the launch refuses those that do.
void check_final_values(const PlacedNode& node, const Layer& firm, const Layer& later, Session& session) {
    for (auto at = later.nodes.rbegin(); at != later.nodes.rend() && !at->path.is_literal(); ++at) {
        const SandboxPath* const directory = directory_of_values(at->path, later, firm);
        if (directory != nullptr && node.path.contains(*directory) && at->node.origin.file != node.node.origin.file) {
            report_final(session, "`" + node.path.text() + "`", node.node.origin, at->node.origin);
        }
    }
}

/// Reports nodes of `later` at or below a final node of `firm`, where they do not just repeat it.
void check_final_nodes(const Layer& firm_layer, const Layer& later_layer, Session& session) {
    const std::vector<PlacedNode>& later = later_layer.nodes;
    for (const PlacedNode& node : firm_layer.nodes) {
        if (!node.is_final) {
            continue;
        }
        check_final_values(node, firm_layer, later_layer, session);
        for (auto at = std::lower_bound(later.begin(), later.end(), node, by_path);
             at != later.end() && node.path.contains(at->path); ++at) {
            if (!(at->path == node.path && at->node == node.node) && at->node.origin.file != node.node.origin.file) {
                report_final(session, "`" + node.path.text() + "`", node.node.origin, at->node.origin);
            }
        }
    }
}

/// A firm network takes in nothing that lets more in or out; that a later file denies more is no harm.
void check_final_network(const Layer& firm, const Layer& later, Session& session) {
    if (!firm.network || !firm.network->is_final) {
        return;
    }
    const auto check = [&](Origin origin) {
        if (origin.file != firm.network->origin.file) {
            report_final(session, "`network`", firm.network->origin, origin);
        }
    };
    std::set<std::pair<const SourceFile*, std::uint32_t>> known;  // the same file may be taken in on two ways
    for (const NetworkRule& rule : firm.network_rules) {
        known.emplace(rule.origin.file, rule.origin.span.begin);
    }
    for (const NetworkRule& rule : later.network_rules) {
        if (rule.statement != NetworkStatement::deny && known.count({rule.origin.file, rule.origin.span.begin}) == 0) {
            check(rule.origin);
        }
    }
    if (later.resolver && !(firm.resolver && firm.resolver->value == later.resolver->value)) {
        check(later.resolver->origin);
    }
}

}  // namespace

void report_final(Session& session, const std::string& what, Origin firm, Origin later) {
    session.error(DiagnosticKind::overrides_final, later, what + " is `final` in a file that is taken in")
        .label(firm, "made final here")
        .help("remove this statement: no file that takes the other in may change it");
}

void check_final(const Layer& firm, const Layer& later, Session& session) {
    check_final_nodes(firm, later, session);
    check_final_variables(firm.variables, later.variables, session);
    check_final_network(firm, later, session);
}

}  // namespace sbx::policy
