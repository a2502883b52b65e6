// From the enforcement table to trials; see the header.
#include "compiler/cli/doctor_needs.hpp"

#include <algorithm>
#include <string_view>

namespace sbx::cli {
namespace {

using doctor::TrialId;

class Needs {
public:
    Needs(const policy::Policy& policy, const plan::ExecutionPlan& plan) : policy_(policy), plan_(plan) {}

    [[nodiscard]] bool wants(TrialId id) const {
        const bool filtered = policy_.network.mode.value == policy::NetworkMode::filtered;
        switch (id) {
            case TrialId::identity:
            case TrialId::ids:
            case TrialId::inherited_state:
            case TrialId::bubblewrap_program:
            case TrialId::user_namespace:
            case TrialId::mounts:
            case TrialId::procfs:
            case TrialId::cgroup_namespace:
            case TrialId::rlimits:
            case TrialId::system_call_filter:
            case TrialId::bubblewrap:
                return true;
            case TrialId::ipc_namespace:
                return !policy_.process.share_ipc.value;
            case TrialId::uts_namespace:
                return !policy_.process.share_uts.value;
            case TrialId::network_namespace:
                return policy_.network.mode.value != policy::NetworkMode::host;
            case TrialId::nft_program:
            case TrialId::packet_filter:
            case TrialId::tun_device:
            case TrialId::tap_interface:
            case TrialId::frame_filter:
                return filtered;
            case TrialId::slirp4netns_program:
            case TrialId::slirp4netns:
                return filtered && plan_.network.helper == plan::NetworkHelper::slirp4netns;
            case TrialId::pasta_program:
            case TrialId::pasta:
                return filtered && plan_.network.helper == plan::NetworkHelper::pasta;
            case TrialId::dnsmasq_program:
            case TrialId::dnsmasq:
                return filtered && plan_.network.resolver.has_value();
            case TrialId::cgroup:
                return !plan_.limits.cgroup.empty();
            case TrialId::landlock:
                return plan_.landlock.insists();
        }
        return false;
    }

    [[nodiscard]] std::vector<plan::Enforcement> statements_for(TrialId id) const {
        switch (id) {
            case TrialId::identity:
            case TrialId::ids:
                return rows([](const plan::Enforcement& row) { return row.protection.starts_with("user-id"); });
            case TrialId::user_namespace:
                return rows([](const plan::Enforcement& row) {
                    return row.protection == "mount-namespace" || row.protection == "pid-namespace" ||
                           row.protection == "user-namespace";
                });
            case TrialId::mounts:
                return delivered_by("mount-namespace");
            case TrialId::procfs:
                return procfs_statements();
            case TrialId::ipc_namespace:
                return delivered_by("ipc-namespace");
            case TrialId::uts_namespace:
                return delivered_by("uts-namespace");
            case TrialId::network_namespace:
                return delivered_by("network-namespace");
            case TrialId::nft_program:
            case TrialId::packet_filter:
            case TrialId::frame_filter:
                return rows([](const plan::Enforcement& row) { return row.protection.find("packet-filter") != std::string::npos; });
            case TrialId::tun_device:
            case TrialId::tap_interface:
            case TrialId::slirp4netns_program:
            case TrialId::slirp4netns:
                return rows(opens_the_network);
            case TrialId::pasta_program:
            case TrialId::pasta:
                return plan_.network.ipv6
                           ? rows(opens_the_network)
                           : rows([](const plan::Enforcement& row) { return row.statement.starts_with("network publish"); });
            case TrialId::dnsmasq_program:
            case TrialId::dnsmasq:
                return rows([](const plan::Enforcement& row) { return row.protection.find("resolver") != std::string::npos; });
            case TrialId::cgroup:
                return delivered_by("cgroup");
            case TrialId::rlimits:
                return delivered_by("rlimits");
            case TrialId::system_call_filter:
                return delivered_by("system-calls");
            case TrialId::landlock:
                return rows([](const plan::Enforcement& row) {
                    return row.protection == "landlock" && !row.statement.starts_with("landlock ");
                });
            case TrialId::inherited_state:
            case TrialId::bubblewrap_program:
            case TrialId::bubblewrap:
            case TrialId::cgroup_namespace:
                break;
        }
        return {};
    }

    /// The policy has a `may-degrade` for all of it.
    [[nodiscard]] bool may_lack(TrialId id) const {
        const auto& limits = plan_.limits.cgroup;
        if (id == TrialId::landlock) {
            return plan_.landlock.degradation.has_value();
        }
        return id == TrialId::cgroup &&
               std::all_of(limits.begin(), limits.end(), [](const auto& limit) { return limit.degradation.has_value(); });
    }

private:
    const policy::Policy& policy_;
    const plan::ExecutionPlan& plan_;

    static bool opens_the_network(const plan::Enforcement& row) {
        return row.statement.starts_with("network allow") || row.statement.starts_with("network publish") ||
               row.statement == "network filtered";
    }

    template <class Wanted>
    [[nodiscard]] std::vector<plan::Enforcement> rows(Wanted wanted) const {
        std::vector<plan::Enforcement> found;
        for (const plan::Enforcement& row : plan_.enforcement) {
            if (wanted(row)) {
                found.push_back(row);
            }
        }
        return found;
    }
    [[nodiscard]] std::vector<plan::Enforcement> delivered_by(std::string_view protection) const {
        return rows([protection](const plan::Enforcement& row) { return row.protection == protection; });
    }
    [[nodiscard]] std::vector<plan::Enforcement> procfs_statements() const {
        return rows([this](const plan::Enforcement& row) {
            const auto& nodes = policy_.filesystem.nodes;
            return std::any_of(nodes.begin(), nodes.end(), [&row](const auto& each) {
                return is_procfs(each.second) && row.statement == "filesystem " + each.first.text();
            });
        });
    }
    static bool is_procfs(const policy::Node& node) { return std::holds_alternative<policy::Procfs>(node.content); }
};

}  // namespace

std::vector<Need> needs_of_any_policy() {
    std::vector<Need> needs;
    for (const doctor::Trial& trial : doctor::trials()) {
        needs.push_back({&trial, {}, !trial.informs});
    }
    return needs;
}

std::vector<Need> needs_of(const policy::Policy& policy, const plan::ExecutionPlan& plan) {
    const Needs all(policy, plan);
    std::vector<Need> needs;
    for (const doctor::Trial& trial : doctor::trials()) {
        if (all.wants(trial.id)) {
            needs.push_back({&trial, all.statements_for(trial.id), !all.may_lack(trial.id)});
        }
    }
    return needs;
}

}  // namespace sbx::cli
