// A filtered network to the sets and rules of its filter, what the launcher fills, and the helpers that it needs. Two things are
// refused here: a filter that one transaction could not begin, and names that the sandbox's own resolver could not tell apart.
#include "compiler/plan/filter_builder.hpp"
#include "compiler/plan/filter_size.hpp"
#include "compiler/plan/stages.hpp"
#include "compiler/policy/network_parts.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace sbx::plan {
namespace {

using policy::Family;

bool has_ipv6(const policy::AddressSet& addresses) {
    return !addresses.empty() && addresses.ranges().back().last.family == Family::ipv6;
}

/// Whether something of IPv6 may be reached or published. A name asks for nothing: where it alone is allowed, its IPv4 addresses
/// do.
bool needs_ipv6(const policy::Policy& policy) {
    const policy::Network& network = policy.network;
    const auto parameter_can = [&](const std::string& name) {
        return has_ipv6(policy::values_of_address(policy.parameters, name));
    };
    const auto rule_can = [&](const policy::SymbolicRule& rule) {
        const auto* const parameter = std::get_if<policy::ParameterName>(&rule.to);
        return parameter != nullptr ? parameter_can(parameter->name) : has_ipv6(std::get<policy::AddressSet>(rule.to));
    };
    const auto resolver_can = [&](const policy::ResolverAddress& resolver) {
        const auto* const parameter = std::get_if<policy::ParameterName>(&resolver);
        return parameter != nullptr ? parameter_can(parameter->name) : std::get<policy::Address>(resolver).family == Family::ipv6;
    };
    const auto& reaches = network.allowed.reaches();
    return std::any_of(reaches.begin(), reaches.end(),
                       [](const auto& each) { return each.second.back().addresses.last.family == Family::ipv6; }) ||
           std::any_of(network.symbolic_allowed.begin(), network.symbolic_allowed.end(), rule_can) ||
           std::any_of(network.resolvers.begin(), network.resolvers.end(), resolver_can) ||
           std::any_of(network.published.begin(), network.published.end(),
                       [](const policy::Publication& each) { return each.on.family == Family::ipv6; });
}

std::vector<Origin> origins_of(const policy::Network& network, const std::string& name) {
    std::vector<Origin> origins;
    for (const policy::NetworkRule& rule : network.rules) {
        if (rule.names.contains(name)) {
            origins.push_back(rule.origin);
        }
    }
    return origins;
}

class ResolverLowering {
public:
    ResolverLowering(const policy::Network& network, DiagnosticSink& sink) : network_(network), sink_(sink) {}

    ResolverPlan lower() {
        for (const policy::ResolverAddress& resolver : network_.resolvers) {
            if (const auto* const parameter = std::get_if<policy::ParameterName>(&resolver)) {
                plan_.parameters.push_back(parameter->name);
            } else {
                plan_.upstream.push_back(std::get<policy::Address>(resolver));
            }
        }
        std::set<std::string> domains;
        for (const auto& [name, ports] : network_.names) {
            domains.insert(name.starts_with("*.") ? name.substr(2) : name);
        }
        for (const std::string& domain : domains) {
            add(domain);
        }
        return std::move(plan_);
    }

private:
    using Entry = std::pair<const std::string, policy::NamedPorts>;

    /// dnsmasq adds the answers for a name and for all names below it to the same sets (dnsmasq(8), --nftset).
    void add(const std::string& domain) {
        // No name has such a label, so that nothing but a wildcard decides for it.
        const Entry* const below = policy::deciding_entry(network_.names, "*." + domain);
        const Entry* const itself = policy::deciding_entry(network_.names, domain);
        ResolvedDomain made{domain, itself != nullptr, below != nullptr, {}, {}};
        if (itself != nullptr && below != nullptr && itself->second != below->second) {
            refuse(domain, *itself, *below);
            return;
        }
        for (const Entry* const entry : {itself, below}) {
            const std::string set = entry == nullptr ? std::string() : set_of(entry->first);
            if (entry != nullptr && std::find(made.sets.begin(), made.sets.end(), set) == made.sets.end()) {
                made.sets.push_back(set);
                const auto origins = origins_of(network_, entry->first);
                made.origins.insert(made.origins.end(), origins.begin(), origins.end());
            }
        }
        plan_.domains.push_back(std::move(made));
    }

    [[nodiscard]] std::string set_of(const std::string& name) const {
        return "name_" + std::to_string(std::distance(network_.names.begin(), network_.names.find(name)));
    }

    void refuse(const std::string& domain, const Entry& itself, const Entry& below) {
        const auto first = origins_of(network_, itself.first);
        const auto second = origins_of(network_, below.first);
        auto report = sink_.report(DiagnosticKind::not_enforceable, first.empty() ? Origin{} : first.front(),
                                   fmt::format("`{}` may be reached at other ports than the names below it", domain));
        if (!second.empty()) {
            report.label(second.front(), fmt::format("`{}` has these", below.first));
        }
        report.note("the sandbox's own resolver adds what it answers for a name and for the names below it to one set of addresses")
            .help(fmt::format("allow the same ports to both, or write out the names that `{}` stands for", below.first));
    }

    const policy::Network& network_;
    DiagnosticSink& sink_;
    ResolverPlan plan_;
};

/// False, and a diagnostic, where the first transaction would not fit.
bool fits(const FilterPlan& plan, const policy::Network& network, DiagnosticSink& sink) {
    if (size_of_base(plan) <= max_filter_elements) {
        return true;
    }
    sink.report(DiagnosticKind::not_enforceable, network.mode.origin,
                fmt::format("the packet filter needs {} sets and {} denials, more than the kernel takes at once without root",
                            plan.sets.size(), plan.denials.size()))
        .note(fmt::format(
            "of these, {} sets are for names and parameters, two or three for each",
            std::count_if(plan.sets.begin(), plan.sets.end(),
                          [](const FilterSet& set) { return set.name.starts_with("name_") || set.name.starts_with("param_"); })))
        .help("allow `*.DOMAIN` instead of many names below it, or networks instead of parameters");
    return false;
}

}  // namespace

std::string_view to_text(NetworkHelper helper) {
    switch (helper) {
        case NetworkHelper::slirp4netns:
            return "slirp4netns";
        case NetworkHelper::pasta:
            return "pasta";
    }
    return {};
}

FilterPlan lower_network(const policy::Policy& policy, DiagnosticSink& sink) {
    const policy::Network& network = policy.network;
    if (network.mode.value != policy::NetworkMode::filtered) {
        return {};
    }
    FilterBuilder builder(policy);
    builder.add_fixed_sets();
    builder.add_parameter_sets();
    builder.add_traffic(network.denied, false);
    builder.add_symbolic(network.symbolic_denied, false);
    builder.add_traffic(network.allowed, true);
    builder.add_symbolic(network.symbolic_allowed, true);
    if (!network.names.empty()) {
        builder.add_resolvers();
        builder.add_names();
    }
    FilterPlan plan = builder.take();
    plan.ipv6 = needs_ipv6(policy);
    plan.helper = plan.ipv6 || !plan.publish.empty() ? NetworkHelper::pasta : NetworkHelper::slirp4netns;
    if (!fits(plan, network, sink)) {
        return {};
    }
    if (!network.names.empty()) {
        plan.resolver = ResolverLowering(network, sink).lower();  // for each name looks at all rules: few enough of them fit
    }
    return plan;
}

}  // namespace sbx::plan
