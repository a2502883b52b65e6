// The table of section 10 of the language: what each statement asks for, and what delivers it. Everything that reaches a plan is
// delivered; what cannot be is a compile error before.
#include "compiler/plan/stages.hpp"
#include "compiler/policy/filter_lines.hpp"
#include "compiler/policy/network_text.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace sbx::plan {
namespace {

constexpr std::string_view enforced = "enforced";

class EnforcementTable {
public:
    void add(std::string statement, std::string_view protection, const Origin& origin) {
        rows_.push_back(Enforcement{std::move(statement), std::string(protection), std::string(enforced), origin});
    }
    std::vector<Enforcement> take() { return std::move(rows_); }

private:
    std::vector<Enforcement> rows_;
};

void add_limits(EnforcementTable& table, const policy::Limits& limits) {
    for (const auto& [limit, located] : limits) {
        const std::string statement = "limits " + std::string(policy::to_text(limit));
        if (limit == policy::Limit::tmpfs_total) {
            table.add(statement, "compiler", located.origin);
        } else if (limit == policy::Limit::wall_time || limit == policy::Limit::grace || limit == policy::Limit::output) {
            table.add(statement, "supervisor", located.origin);
        } else if (limit == policy::Limit::memory || limit == policy::Limit::cpus) {
            table.add(statement, "cgroup", located.origin);
        } else {
            table.add(statement, "rlimits", located.origin);
        }
    }
}

void add_environment(EnforcementTable& table, const policy::Environment& environment) {
    for (const auto& [name, origin] : environment.accepted) {
        table.add("environment accept " + name, "environment", origin);
    }
    for (const auto& [name, origin] : environment.kept) {
        table.add("environment keep " + name, "environment", origin);
    }
    for (const auto& [name, value] : environment.fixed) {
        table.add("environment set " + name, "environment", value.origin);
    }
}

/// A switch that is off is a protection of every sandbox; one that is on is a grant, delivered by leaving the protection out.
void add_switch(EnforcementTable& table, const Located<bool>& value, const std::string& grant, const std::string& protection,
                std::string_view mechanism) {
    if (value.value) {
        table.add("process " + grant, "granted", value.origin);
    } else {
        table.add("process " + protection, mechanism, value.origin);
    }
}

void add_process(EnforcementTable& table, const policy::Process& process) {
    if (process.run_as) {
        const policy::IdPair& ids = process.run_as->value;
        table.add("process run-as " + std::to_string(ids.uid) + ":" + std::to_string(ids.gid),
                  "user-id (root callers; an ordinary caller keeps its own)", process.run_as->origin);
    }
    if (!process.share_uts.value) {
        table.add("process hostname", "uts-namespace", process.hostname.origin);
    }
    if (process.command) {
        table.add(process.command->value.only ? "process command only" : "process command", "supervisor", process.command->origin);
    }
    for (const auto& [descriptor, origin] : process.pass_descriptors) {
        table.add("process pass-descriptor " + std::to_string(descriptor), "granted", origin);
    }
    add_switch(table, process.keep_terminal, "controlling-terminal keep", "controlling-terminal new", "session");
    add_switch(table, process.nested_namespaces, "nested-namespaces allow", "nested-namespaces disabled", "user-namespace");
    add_switch(table, process.survive_parent, "survive-parent", "die-with-parent", "supervisor");
    add_switch(table, process.share_ipc, "share ipc", "private ipc", "ipc-namespace");
    add_switch(table, process.share_uts, "share uts", "private uts", "uts-namespace");
    if (process.groups_none.value) {
        table.add("process groups none", "user-id", process.groups_none.origin);
    }
    table.add("process no capabilities", "capabilities", {});
    table.add("process private pids", "pid-namespace", {});
}

/// In the order of their words: how they were put is nobody's business.
template <class Rules>
void add_rules(EnforcementTable& table, const std::string& domain, const Rules& rules) {
    std::vector<std::pair<std::string, const typename Rules::value_type*>> sorted;
    for (const auto& rule : rules) {
        sorted.emplace_back(policy::to_statement(rule), &rule);
    }
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [words, rule] : sorted) {
        table.add(domain + " " + words, words.rfind("deny", 0) == 0 ? "system-calls" : "granted", rule->origin);
    }
}

/// The filter as a whole, then what its statements ask of it.
void add_filter(EnforcementTable& table, const policy::Policy& policy) {
    const policy::SystemCalls& calls = policy.system_calls;
    if (calls.unrestricted.value) {
        table.add(policy::unfiltered_statement(calls), "granted", calls.unrestricted.origin);
        return;
    }
    if (calls.mode.value == policy::FilterMode::only) {
        table.add("syscalls only", "system-calls", calls.mode.origin);
    } else {
        const bool usual = calls == policy::default_system_calls(policy.process.nested_namespaces.value);
        table.add(usual ? "syscalls default" : "syscalls changed", "system-calls", {});
    }
    add_rules(table, "syscalls", calls.rules);
    table.add("sockets families", "system-calls", {});
    add_rules(table, "sockets", policy.sockets.rules);
}

/// The second wall, part by part: a kernel may have some of them.
void add_landlock(EnforcementTable& table, const policy::Policy& policy) {
    const auto makes = [&](const char* family) { return policy.sockets.allowed.find(family) != policy.sockets.allowed.end(); };
    if (const auto& least = policy.landlock.least) {
        table.add("require landlock " + std::to_string(least->value), "landlock", least->origin);
    }
    table.add("landlock abstract sockets", "landlock", {});
    table.add("landlock signals", "landlock", {});
    if (!makes("inet") && !makes("inet6")) {
        table.add("landlock tcp ports", "landlock", {});
    }
    if (const Located<bool>& nested = policy.process.nested_namespaces; nested.value) {
        if (makes("unix")) {
            table.add("landlock unix sockets", "granted", nested.origin);
        }
        return;
    }
    table.add("landlock paths", "landlock", {});
    if (makes("unix")) {
        table.add("landlock unix sockets", "landlock", {});
    }
    for (const auto& [path, node] : policy.filesystem.nodes) {
        const auto* tree = std::get_if<policy::HostTree>(&node.content);
        if (tree != nullptr && tree->noexec) {
            table.add("noexec " + path.text(), "landlock", node.origin);
        }
    }
}

std::string_view protection_of(const policy::NetworkRule& rule) {
    switch (rule.statement) {
        case policy::NetworkStatement::allow:
            return rule.names.empty() ? "packet-filter" : "packet-filter and resolver";
        case policy::NetworkStatement::deny:
        case policy::NetworkStatement::resolver:
            break;
        case policy::NetworkStatement::unblock:
            return "granted";
        case policy::NetworkStatement::publish:
            return "packet-filter and user-mode-network";
    }
    return "packet-filter";
}

/// What stays shut in every filtered sandbox until it is unblocked.
void add_network_floor(EnforcementTable& table, const policy::Unblocked& unblocked) {
    table.add("network host denied", "packet-filter and user-mode-network", {});
    if (!unblocked.link_local) {
        table.add("network link-local denied", "packet-filter", {});
    }
    if (!unblocked.metadata) {
        table.add("network metadata denied", "packet-filter", {});
    }
}

void add_network(EnforcementTable& table, const policy::Network& network) {
    const bool is_host = network.mode.value == policy::NetworkMode::host;
    table.add("network " + std::string(policy::to_text(network.mode.value)), is_host ? "granted" : "network-namespace",
              network.mode.origin);
    if (network.mode.value == policy::NetworkMode::filtered) {
        for (const policy::NetworkRule& rule : network.rules) {
            table.add("network " + policy::whole_statement(network, rule), protection_of(rule), rule.origin);
        }
        add_network_floor(table, network.unblocked);
    }
}

}  // namespace

std::vector<Enforcement> enforcement_table(const policy::Policy& policy) {
    EnforcementTable table;
    for (const auto& [path, node] : policy.filesystem.nodes) {
        table.add("filesystem " + path.text(), "mount-namespace", node.origin);
    }
    if (policy.filesystem.workdir) {
        table.add("filesystem workdir", "mount-namespace", policy.filesystem.workdir->origin);
    }
    add_network(table, policy.network);
    add_limits(table, policy.limits);
    add_environment(table, policy.environment);
    add_process(table, policy.process);
    add_filter(table, policy);
    add_landlock(table, policy);
    return table.take();
}

}  // namespace sbx::plan
