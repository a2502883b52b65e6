// Every expectation marks the element that decides it. A statement that a wider one makes part of its region is asked about where a
// request lies at or below its own path.
#include "compiler/policy/coverage.hpp"

#include "compiler/policy/concrete_view.hpp"
#include "compiler/policy/flat_nodes.hpp"
#include "compiler/policy/judge.hpp"
#include "compiler/policy/network_parts.hpp"
#include "compiler/policy/network_text.hpp"
#include "compiler/policy/standard_fragments.hpp"
#include "compiler/policy/statement_text.hpp"

#include <algorithm>
#include <set>

namespace sbx::policy {
namespace {

class Marks {
public:
    explicit Marks(const Profile& profile) : policy_(profile.policy) {
        for (const Test& test : profile.tests) {
            for (const Expectation& expectation : test.expectations) {
                mark(expectation);
            }
        }
    }

    std::set<SandboxPath> nodes;
    std::set<SandboxPath> paths;  ///< that requests name
    std::set<Limit> limits;
    std::set<std::string> fixed, kept, accepted;
    bool nothing = false;  ///< a place, or a name, that no statement gives
    bool network = false;
    std::set<std::pair<const SourceFile*, std::uint32_t>> rules;  ///< of the network and of system calls, by where they begin

    [[nodiscard]] bool has_rule(const Origin& origin) const { return rules.count({origin.file, origin.span.begin}) != 0; }

private:
    void mark(const Expectation& expectation) {
        const Request& request = expectation.request;
        switch (request.kind) {
            case RequestKind::read:
            case RequestKind::write:
            case RequestKind::exec:
                return mark_places(expectation);
            case RequestKind::connect_tcp:
            case RequestKind::connect_udp:
            case RequestKind::resolve:
                return mark_network(expectation);
            case RequestKind::environment:
                return mark_name(request.name);
            case RequestKind::limit:
                limits.insert(request.limit.value_or(Limit::core));
                return;
            case RequestKind::syscall:
                return mark_system_call(request.name);
        }
    }
    /// A `never` rests on every denial that meets its addresses.
    void mark_network(const Expectation& expectation) {
        network = true;
        const Origin decided = judge(policy_, expectation).decision.origin;
        rules.emplace(decided.file, decided.span.begin);
        for (const NetworkRule& rule : policy_.network.rules) {
            const Traffic met = all_traffic(rule.addresses).common(all_traffic(expectation.addresses));
            if (expectation.never && rule.statement == NetworkStatement::deny && !met.empty()) {
                rules.emplace(rule.origin.file, rule.origin.span.begin);
            }
        }
    }
    void mark_system_call(const std::string& name) {
        const auto call = find_system_call(name);
        const SystemCallRule* const rule = call ? deciding_rule(policy_.system_calls, *call) : nullptr;
        if (rule != nullptr) {
            rules.emplace(rule->origin.file, rule->origin.span.begin);
        }
    }
    void mark_places(const Expectation& expectation) {
        const Judgement judgement = judge(policy_, expectation);
        paths.insert(expectation.request.path);
        mark_links(expectation.request.path);
        mark_node(judgement.decision);
        for (const Decision& place : judgement.places) {
            mark_node(place);
            paths.insert(place.node);
        }
    }
    void mark_links(const SandboxPath& path) {
        if (!path.is_literal()) {
            return;
        }
        const ParameterValues no_values;
        for (const SandboxPath& place : ConcreteView(policy_.filesystem, no_values).walk(path).passed) {
            const auto node = policy_.filesystem.nodes.find(place);
            if (node != policy_.filesystem.nodes.end() && std::holds_alternative<Link>(node->second.content)) {
                nodes.insert(place);
            }
        }
    }
    void mark_node(const Decision& decision) {
        if (policy_.filesystem.nodes.count(decision.node) != 0 && decision.origin.known()) {
            nodes.insert(decision.node);
        } else {
            nothing = true;
        }
    }
    void mark_name(const std::string& name) {
        const Environment& environment = policy_.environment;
        if (environment.fixed.count(name) != 0) {
            fixed.insert(name);
        }
        mark_patterns(environment.kept, name, kept);
        mark_patterns(environment.accepted, name, accepted);
    }
    static void mark_patterns(const std::map<std::string, Origin>& entries, const std::string& name, std::set<std::string>& into) {
        for (const auto& [entry, origin] : entries) {
            const std::string_view prefix = std::string_view(entry).substr(0, entry.size() - 1);
            if (entry.ends_with('*') ? name.starts_with(prefix) : entry == name) {
                into.insert(entry);
            }
        }
    }

    const Policy& policy_;
};

/// Whether a request names a place at or below `path`.
bool named_below(const std::set<SandboxPath>& paths, const SandboxPath& path) {
    const auto next = paths.lower_bound(path);
    return next != paths.end() && path.contains(*next);
}

void add(Coverage& coverage, std::string what, const Origin& origin, bool asked) {
    if (origin.known() && !is_standard(origin)) {
        coverage.statements.push_back({what, origin, asked});
    }
    coverage.regions.push_back({std::move(what), origin, asked});
}

void add_view(const Policy& policy, const Marks& marks, Coverage& coverage) {
    for (const auto& [path, node] : to_flat(policy.filesystem)) {
        const std::string what = in_backquotes(statement_head(path, node));
        if (policy.filesystem.nodes.count(path) != 0) {
            add(coverage, what, node.origin, marks.nodes.count(path) != 0);
        } else if (!is_standard(node.origin)) {
            coverage.statements.push_back({what, node.origin, named_below(marks.paths, path)});
        }
    }
    coverage.regions.push_back({"places that no statement gives", {}, marks.nothing});
}

/// What no request can ask about is in no list: what is published, and which ports of the host are open.
void add_network(const Network& network, const Marks& marks, Coverage& coverage) {
    if (network.mode.value != NetworkMode::filtered) {
        add(coverage, in_backquotes("network " + std::string(to_text(network.mode.value))), network.mode.origin, marks.network);
        return;
    }
    bool has_rules = false;
    for (const NetworkRule& rule : network.rules) {
        const bool asks = rule.statement == NetworkStatement::allow || rule.statement == NetworkStatement::deny ||
                          rule.statement == NetworkStatement::resolver;
        if (asks) {
            has_rules = true;
            add(coverage, in_backquotes(to_statement(rule)), rule.origin, marks.has_rule(rule.origin));
        }
    }
    if (!has_rules) {  // read from a bundle
        coverage.regions.push_back({"the network", network.mode.origin, marks.network});
    }
    coverage.regions.push_back({"addresses that no statement allows",
                                {},
                                marks.rules.count({network.mode.origin.file, network.mode.origin.span.begin}) != 0});
}

void add_environment(const Environment& environment, const Marks& marks, Coverage& coverage) {
    for (const auto& [name, value] : environment.fixed) {
        add(coverage, in_backquotes("set " + name), value.origin, marks.fixed.count(name) != 0);
    }
    for (const auto& [name, origin] : environment.kept) {
        add(coverage, in_backquotes("keep " + name), origin, marks.kept.count(name) != 0);
    }
    for (const auto& [name, origin] : environment.accepted) {
        add(coverage, in_backquotes("accept " + name), origin, marks.accepted.count(name) != 0);
    }
}

}  // namespace

Coverage coverage(const Profile& profile) {
    const Policy& policy = profile.policy;
    const Marks marks(profile);
    Coverage coverage;
    add_view(policy, marks, coverage);
    add_network(policy.network, marks, coverage);
    for (const auto& [limit, value] : policy.limits) {
        add(coverage, in_backquotes(std::string(to_text(limit)) + " " + to_text(limit, value.value)), value.origin,
            marks.limits.count(limit) != 0);
    }
    add_environment(policy.environment, marks, coverage);
    for (const SystemCallRule& rule : policy.system_calls.rules) {
        if (rule.origin.known()) {
            add(coverage, in_backquotes(to_statement(rule)), rule.origin, marks.has_rule(rule.origin));
        }
    }
    return coverage;
}

std::size_t count_asked(const std::vector<Covered>& list) {
    return static_cast<std::size_t>(std::count_if(list.begin(), list.end(), [](const Covered& each) { return each.asked; }));
}

}  // namespace sbx::policy
