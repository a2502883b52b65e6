// What the table has to say is written down here a second time, from section 10 of the language reference.
#include "compiler/verify/enforcement.hpp"

#include "compiler/policy/network_text.hpp"
#include "compiler/policy/restored_network.hpp"
#include "compiler/verify/filter_rows.hpp"
#include "compiler/verify/manifest_json.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

namespace sbx::verify {
namespace {

/// Today every statement that compiles is enforced as it stands.
const std::string enforced = "enforced";

struct Delivery {
    std::string protection;
    std::string status;
    Origin origin;
};
using Deliveries = std::map<std::string, Delivery>;  // by statement

/// Of a limit that compiles.
const char* deliverer_of(policy::Limit limit) {
    using policy::Limit;
    const bool counted_here = limit == Limit::wall_time || limit == Limit::grace || limit == Limit::output;
    const bool grouped = limit == Limit::memory || limit == Limit::cpus;
    return counted_here ? "supervisor" : grouped ? "cgroup" : limit == Limit::tmpfs_total ? "compiler" : "rlimits";
}

class Expected {
public:
    explicit Expected(const policy::Policy& policy) {
        for (const auto& [path, node] : policy.filesystem.nodes) {
            add("filesystem." + path.text(), "mount-namespace", node.origin);
        }
        if (policy.filesystem.workdir) {
            add("filesystem.workdir", "mount-namespace", policy.filesystem.workdir->origin);
        }
        add_network(policy.network);
        add_limits(policy.limits);
        add_environment(policy.environment);
        add_process(policy.process);
        add_filter(policy);
        add_landlock(policy);
    }
    [[nodiscard]] Deliveries take() { return std::move(rows_); }

private:
    void add(std::string statement, std::string protection, const Origin& origin) {
        rows_.emplace(as_json_text(std::move(statement)), Delivery{std::move(protection), enforced, origin});
    }

    /// But for the statements of a filtering network.
    void add_network(const policy::Network& network) {
        switch (network.mode.value) {
            case policy::NetworkMode::off:
                add("network.off", "network-namespace", network.mode.origin);
                return;
            case policy::NetworkMode::host:
                add("network.host", "granted", network.mode.origin);
                return;
            case policy::NetworkMode::filtered:
                break;
        }
        add("network.filtered", "network-namespace", network.mode.origin);
        add("network.host denied", "packet-filter and user-mode-network", {});
        if (!network.unblocked.link_local) {
            add("network.link-local denied", "packet-filter", {});
        }
        if (!network.unblocked.metadata) {
            add("network.metadata denied", "packet-filter", {});
        }
    }

    void add_limits(const policy::Limits& limits) {
        for (const auto& [limit, value] : limits) {
            const std::string statement = "limits." + std::string(policy::to_text(limit));
            add(statement, deliverer_of(limit), value.origin);
        }
    }

    void add_environment(const policy::Environment& environment) {
        for (const auto& [name, value] : environment.fixed) {
            add("environment.set " + name, "environment", value.origin);
        }
        for (const auto& [name, origin] : environment.kept) {
            add("environment.keep " + name, "environment", origin);
        }
        for (const auto& [name, origin] : environment.accepted) {
            add("environment.accept " + name, "environment", origin);
        }
    }

    void add_process(const policy::Process& process) {
        if (process.run_as) {
            const auto [uid, gid] = process.run_as->value;
            add("process.run-as " + std::to_string(uid) + ":" + std::to_string(gid),
                "user-id (root callers; an ordinary caller keeps its own)", process.run_as->origin);
        }
        if (process.groups_none.value) {
            add("process.groups none", "user-id", process.groups_none.origin);
        }
        if (process.command) {
            add(std::string("process.command") + (process.command->value.only ? " only" : ""), "supervisor",
                process.command->origin);
        }
        for (const auto& [descriptor, origin] : process.pass_descriptors) {
            add("process.pass-descriptor " + std::to_string(descriptor), "granted", origin);
        }
        if (!process.share_uts.value) {
            add("process.hostname", "uts-namespace", process.hostname.origin);
        }
        using Switch = std::tuple<const Located<bool>*, const char*, const char*, const char*>;
        const std::array<Switch, 5> switches = {
            Switch{&process.keep_terminal, "controlling-terminal keep", "controlling-terminal new", "session"},
            Switch{&process.nested_namespaces, "nested-namespaces allow", "nested-namespaces disabled", "user-namespace"},
            Switch{&process.survive_parent, "survive-parent", "die-with-parent", "supervisor"},
            Switch{&process.share_ipc, "share ipc", "private ipc", "ipc-namespace"},
            Switch{&process.share_uts, "share uts", "private uts", "uts-namespace"}};
        for (const auto& [value, given_up, kept, mechanism] : switches) {
            add(std::string("process.") + (value->value ? given_up : kept), value->value ? "granted" : mechanism, value->origin);
        }
        add("process.no capabilities", "capabilities", {});
        add("process.private pids", "pid-namespace", {});
    }

    /// But for its statements, `syscalls only` and the reason to have none, which a policy that was read back does not know.
    void add_filter(const policy::Policy& policy) {
        if (!policy.system_calls.unrestricted.value) {
            add("sockets.families", "system-calls", {});
        }
    }

    /// What Landlock does for every sandbox, and what only it delivers.
    void add_landlock(const policy::Policy& policy) {
        std::vector<std::pair<std::string, Origin>> rows = {{"landlock.abstract sockets", {}}, {"landlock.signals", {}}};
        const policy::FamilyOrigins& families = policy.sockets.allowed;
        if (!families.contains("inet") && !families.contains("inet6")) {
            rows.push_back({"landlock.tcp ports", {}});
        }
        const bool paths = !policy.process.nested_namespaces.value;
        if (paths) {
            rows.push_back({"landlock.paths", {}});
        }
        if (paths && families.contains("unix")) {
            rows.push_back({"landlock.unix sockets", {}});
        }
        for (const auto& [path, node] : policy.filesystem.nodes) {
            if (const auto* tree = std::get_if<policy::HostTree>(&node.content); tree != nullptr && tree->noexec && paths) {
                rows.push_back({"noexec." + path.text(), node.origin});
            }
        }
        if (policy.landlock.least) {
            rows.push_back({"require.landlock " + std::to_string(policy.landlock.least->value), policy.landlock.least->origin});
        }
        for (const auto& [statement, origin] : rows) {
            add(statement, "landlock", origin);
        }
        if (!paths && families.contains("unix")) {
            add("landlock.unix sockets", "granted", policy.process.nested_namespaces.origin);  // all of them
        }
    }

    Deliveries rows_;
};

/// What delivers a statement of a filtering network, by its first word; empty where there is no such statement.
std::string protection_of_network(std::string_view statement) {
    static const std::map<std::string_view, std::string> protections = {{"allow", "packet-filter"},
                                                                        {"deny", "packet-filter"},
                                                                        {"resolver", "packet-filter"},
                                                                        {"unblock", "granted"},
                                                                        {"publish", "packet-filter and user-mode-network"}};
    const std::string_view word = statement.substr(0, statement.find(' '));
    const auto found = protections.find(word);
    if (found == protections.end()) {
        return {};
    }
    const bool names = word == "allow" && statement.find(" to host \"") != std::string_view::npos;
    return found->second + (names ? " and resolver" : "");
}

class EnforcementComparison {
public:
    EnforcementComparison(const policy::Policy& policy, Findings& findings)
        : policy_(policy), findings_(findings), expected_(Expected(policy).take()), filter_(policy) {}

    void run(const std::vector<ManifestRow>& rows) {
        for (const ManifestRow& row : rows) {
            const auto& [statement, origin, protection, status] = row;
            const Delivery said{protection, status, {}};
            if (const auto meant = expected_.extract(statement); !meant.empty()) {
                compare(statement, said, origin, meant.mapped());
            } else if (statement.starts_with(network_prefix) && is_filtered()) {
                compare_network_row(statement, said, origin);
            } else if (filter_.takes(row)) {
                filter_.add(row);
            } else {
                object("`enforcement` has " + named(statement) + ", which the policy does not say, or has it twice", statement);
            }
        }
        for (const auto& [statement, meant] : expected_) {
            object(named(statement) + " is missing in `enforcement`", statement);
        }
        if (is_filtered()) {
            compare_network_statements();
        }
        filter_.compare(findings_);
    }

private:
    static constexpr std::string_view network_prefix = "network.";

    void object(std::string message, std::string witness) {
        findings_.push_back({"manifest.json", "", std::move(message), std::move(witness)});
    }
    [[nodiscard]] bool is_filtered() const { return policy_.network.mode.value == policy::NetworkMode::filtered; }

    void compare(const std::string& statement, const Delivery& said, const std::string& origin, const Delivery& meant) {
        if (said.protection != meant.protection) {
            object(
                named(statement) + " is said to be delivered by " + named(said.protection) + "; that is " + named(meant.protection),
                statement);
        }
        if (said.status != meant.status) {
            object(named(statement) + " is said to be " + named(said.status) + "; it is " + named(meant.status), statement);
        }
        if (meant.origin.known() && as_json_text(meant.origin.describe_stable()) != origin) {
            object(named(statement) + " is said to stand at " + named(origin) + "; it stands at " +
                       named(meant.origin.describe_stable()),
                   statement);
        }
    }

    void compare_network_row(const std::string& row, const Delivery& said, const std::string& origin) {
        const std::string statement = row.substr(network_prefix.size());
        Delivery meant{protection_of_network(statement), enforced, {}};
        if (meant.protection.empty()) {
            object("`enforcement` has " + named(row) + ", which is no statement of a network", row);
            return;
        }
        const auto& rules = policy_.network.rules;
        if (statements_.size() < rules.size()) {
            meant.origin = rules[statements_.size()].origin;
        }
        compare(row, said, origin, meant);
        statements_.push_back(statement);
    }

    /// A policy that was compiled knows its statements; of one that was read back only the meaning is known.
    void compare_network_statements() {
        const policy::Network& network = policy_.network;
        if (network.rules.empty()) {
            const std::vector<Origin> unknown(statements_.size());
            if (!policy::restored_network(policy_.parameters, network, statements_, unknown)) {
                object("the statements of the network in `enforcement` do not mean what policy.json does", "network");
            }
            return;
        }
        if (statements_.size() != network.rules.size()) {
            object("`enforcement` has " + std::to_string(statements_.size()) + " statements of the network; the policy has " +
                       std::to_string(network.rules.size()),
                   "network");
            return;
        }
        for (std::size_t i = 0; i < statements_.size(); ++i) {
            if (const std::string meant = policy::whole_statement(network, network.rules[i]); meant != statements_[i]) {
                object("of the network, `enforcement` has " + named(statements_[i]) + " in the place of " + named(meant), meant);
            }
        }
    }

    const policy::Policy& policy_;
    Findings& findings_;
    Deliveries expected_;
    FilterRows filter_;
    std::vector<std::string> statements_;
};

}  // namespace

void compare_enforcement(const std::vector<ManifestRow>& rows, const policy::Policy& policy, Findings& findings) {
    EnforcementComparison(policy, findings).run(rows);
}

}  // namespace sbx::verify
