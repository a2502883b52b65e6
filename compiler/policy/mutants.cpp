// The changes, one function a domain. Nodes are changed in their flat form (flat_nodes.hpp), so that a statement which only repeats
// a wider one is still there when the wider one is taken away.
#include "compiler/policy/mutants.hpp"

#include "compiler/policy/filter_lines.hpp"
#include "compiler/policy/flat_nodes.hpp"
#include "compiler/policy/mutants_filters.hpp"
#include "compiler/policy/mutants_network.hpp"
#include "compiler/policy/socket_families.hpp"
#include "compiler/policy/standard_fragments.hpp"
#include "compiler/policy/statement_text.hpp"
#include "compiler/policy/supervised_limits.hpp"

#include <utility>

namespace sbx::policy {
namespace {

using Body = std::function<void(const Mutant&)>;

bool is_own(const Origin& origin) {
    return origin.known() && !is_standard(origin);
}

// ---- filesystem -------------------------------------------------------------------------------------------------------------

class ViewMutants {
public:
    ViewMutants(const Policy& policy, const Body& body) : policy_(policy), body_(body), flat_(to_flat(policy.filesystem)) {}

    std::size_t make() {
        MutationPace pace(flat_.size());
        for (const auto& [path, node] : FlatNodes(flat_)) {
            if (!is_own(node.origin) || !pace.takes()) {
                continue;
            }
            drop(path, node);
            flip_writing(path, node);
            let_execute(path, node);
            flip_optional(path, node);
            widen(path, node);
        }
        return pace.passed();
    }

private:
    static std::string head(const SandboxPath& path, const Node& node) { return in_backquotes(statement_head(path, node)); }

    void hand_on(std::string change, const Origin& origin, const FlatNodes& changed) const {
        if (auto filesystem = from_flat(changed, policy_.filesystem)) {
            Mutant mutant{std::move(change), origin, Askable::yes, policy_};
            mutant.policy.filesystem = *std::move(filesystem);
            settle_sockets(mutant.policy);
            settle_landlock(mutant.policy);
            body_(mutant);
        }
    }
    void replace(const SandboxPath& path, const Node& node, Node other) {
        std::string change = head(path, other) + " for " + head(path, node);
        flat_[path] = std::move(other);
        hand_on(std::move(change), node.origin, flat_);
        flat_[path] = node;
    }

    void drop(const SandboxPath& path, const Node& node) {
        flat_.erase(path);
        hand_on("without " + head(path, node), node.origin, flat_);
        flat_[path] = node;
    }
    void let_execute(const SandboxPath& path, const Node& node) {
        Node other = node;
        if (auto* tree = std::get_if<HostTree>(&other.content); tree != nullptr && tree->noexec) {
            tree->noexec = false;
            replace(path, node, std::move(other));
        }
    }
    void flip_writing(const SandboxPath& path, const Node& node) {
        Node other = node;
        if (auto* tree = std::get_if<HostTree>(&other.content)) {
            tree->writable = !tree->writable;
        } else if (std::holds_alternative<Tmpfs>(node.content)) {
            other.content = EmptyDirectory{};
        } else if (std::holds_alternative<EmptyDirectory>(node.content)) {
            other.content = Tmpfs{};
        } else {
            return;
        }
        replace(path, node, std::move(other));
    }
    void flip_optional(const SandboxPath& path, const Node& node) {
        if (std::holds_alternative<HostTree>(node.content) || std::holds_alternative<HostDevice>(node.content) ||
            std::holds_alternative<HostSocket>(node.content)) {
            Node other = node;
            other.optional = !node.optional;
            replace(path, node, std::move(other));
        }
    }
    /// A tree to its parent, in the host and inside; what stood at the parent gives way.
    void widen(const SandboxPath& path, const Node& node) {
        const auto* tree = std::get_if<HostTree>(&node.content);
        const auto above = path.parent();
        const auto source_above = tree == nullptr ? std::nullopt : tree->source.parent();
        if (!above || !source_above) {
            return;
        }
        Node other = node;
        std::get<HostTree>(other.content).source = *source_above;
        other.must_be_directory = false;
        FlatNodes changed = flat_;
        changed.erase(path);
        changed[*above] = other;
        hand_on(head(*above, other) + " for " + head(path, node), node.origin, changed);
    }

    const Policy& policy_;
    const Body& body_;
    FlatNodes flat_;
};

// ---- settings ---------------------------------------------------------------------------------------------------------------

void mutate_limits(const Policy& policy, const Body& body) {
    for (const auto& [limit, value] : policy.limits) {
        if (!is_own(value.origin)) {
            continue;
        }
        const std::string word(to_text(limit));
        const std::string statement = in_backquotes(word + " " + to_text(limit, value.value));
        Mutant dropped{"without " + statement, value.origin, Askable::yes, policy};
        dropped.policy.limits.erase(limit);
        if (limit == Limit::core) {
            dropped.policy.limits[limit] = {LimitValue(std::uint64_t{0}), {}};  // what it is without the statement
        }
        settle_grace(dropped.policy.limits);
        settle_degradations(dropped.policy.may_degrade, dropped.policy.limits);
        body(dropped);
        if (const auto* number = std::get_if<std::uint64_t>(&value.value); number != nullptr && *number <= ~std::uint64_t{0} / 2) {
            const LimitValue doubled = *number * 2;
            Mutant mutant{in_backquotes(word + " " + to_text(limit, doubled)) + " for " + statement, value.origin, Askable::yes,
                          policy};
            mutant.policy.limits[limit].value = doubled;
            body(mutant);
        }
    }
}

using Entries = std::map<std::string, Origin>;

/// `keep LC_*` becomes `keep LC*`, `keep TZ` becomes `keep TZ*`; empty for `*`.
std::string wider(const std::string& name) {
    if (!name.ends_with('*')) {
        return name + "*";
    }
    return name.size() == 1 ? std::string() : name.substr(0, name.size() - 2) + "*";
}

/// resolve() takes out what a wider pattern covers; so must a mutant, to be a normal form.
void drop_covered(Entries& entries, const std::string& pattern) {
    const std::string_view prefix = std::string_view(pattern).substr(0, pattern.size() - 1);
    for (auto at = entries.begin(); at != entries.end();) {
        const bool covered = at->first != pattern && at->first.starts_with(prefix);
        at = covered ? entries.erase(at) : std::next(at);
    }
}

std::size_t mutate_passed(const Policy& policy, Entries Environment::*table, const std::string& word, const Body& body) {
    MutationPace pace((policy.environment.*table).size());
    for (const auto& [name, origin] : policy.environment.*table) {
        if (!is_own(origin) || !pace.takes()) {
            continue;
        }
        const std::string statement = in_backquotes(word + name);
        Mutant dropped{"without " + statement, origin, Askable::yes, policy};
        (dropped.policy.environment.*table).erase(name);
        body(dropped);
        if (const std::string pattern = wider(name); !pattern.empty()) {
            Mutant widened{in_backquotes(word + pattern) + " for " + statement, origin, Askable::yes, policy};
            Entries& entries = widened.policy.environment.*table;
            entries.erase(name);
            entries[pattern] = origin;
            drop_covered(entries, pattern);
            body(widened);
        }
    }
    return pace.passed();
}

std::size_t mutate_environment(const Policy& policy, const Body& body) {
    MutationPace pace(policy.environment.fixed.size());
    for (const auto& [name, value] : policy.environment.fixed) {
        if (is_own(value.origin) && pace.takes()) {
            Mutant dropped{"without " + in_backquotes("set " + name), value.origin, Askable::yes, policy};
            dropped.policy.environment.fixed.erase(name);
            body(dropped);
        }
    }
    return pace.passed() + mutate_passed(policy, &Environment::kept, "keep ", body) +
           mutate_passed(policy, &Environment::accepted, "accept ", body);
}

void mutate_process(const Policy& policy, const Body& body) {
    static constexpr std::pair<Located<bool> Process::*, const char*> switches[] = {
        {&Process::keep_terminal, "controlling-terminal keep"},
        {&Process::nested_namespaces, "nested-namespaces allow"},
        {&Process::survive_parent, "survive-parent"},
        {&Process::share_ipc, "share ipc"},
        {&Process::share_uts, "share uts"},
        {&Process::groups_none, "groups none"},
    };
    for (const auto& [value, statement] : switches) {
        const Located<bool>& now = policy.process.*value;
        Mutant mutant{(now.value ? "without " : "with ") + in_backquotes(statement), now.origin, Askable::no_request, policy};
        (mutant.policy.process.*value).value = !now.value;
        settle_filters(mutant.policy);
        body(mutant);
    }
    if (policy.process.command && is_own(policy.process.command->origin)) {
        const bool only = policy.process.command->value.only;
        Mutant mutant{only ? "`command` for `command only`" : "`command only` for `command`", policy.process.command->origin,
                      Askable::no_request, policy};
        mutant.policy.process.command->value.only = !only;
        body(mutant);
    }
}

}  // namespace

std::size_t for_each_mutant(const Policy& policy, const std::function<void(const Mutant&)>& body) {
    std::size_t passed = ViewMutants(policy, body).make();
    passed += mutate_network(policy, body);
    mutate_limits(policy, body);
    passed += mutate_environment(policy, body);
    mutate_process(policy, body);
    mutate_filters(policy, body);
    return passed;
}

}  // namespace sbx::policy
