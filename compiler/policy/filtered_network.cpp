// Rules to sets: what is known to the compiler becomes traffic, what a parameter decides becomes a symbolic rule that says nothing
// which the traffic says already. Assumes rules as resolve() reads them; guarantees equal networks for equal meaning, as far as
// that does not rest on the values of two parameters at once.
#include "compiler/policy/filtered_network.hpp"

#include <algorithm>

namespace sbx::policy {
namespace {

constexpr PortRange name_service{53, 53};

PortSet name_service_ports() {
    PortSet ports;
    ports.add(name_service);
    return ports;
}

Ports ports_for(Protocol protocol, const NetworkRule& rule) {
    return has_ports(protocol) ? rule.ports : Ports{PortSet::all(), {}};
}

/// `resolver` is no allowance where only the sandbox's own resolver may reach it, and never a denial.
bool says(const NetworkRule& rule, bool allows) {
    return allows ? rule.allows : rule.statement == NetworkStatement::deny;
}

Traffic literal_traffic(const std::vector<NetworkRule>& rules, bool allows) {
    TrafficBuilder traffic;
    for (const NetworkRule& rule : rules) {
        if (says(rule, allows)) {
            traffic.add(rule.protocols, rule.addresses, rule.ports.literal);
        }
    }
    return traffic.take();
}

/// Parameters whose every value is a literal port say nothing.
Ports reduced(const ParameterTable& parameters, Ports ports) {
    for (auto name = ports.parameters.begin(); name != ports.parameters.end();) {
        const bool said = values_of_port(parameters, *name).without(ports.literal).empty();
        name = said ? ports.parameters.erase(name) : std::next(name);
    }
    return ports;
}

void unite(Ports& into, const Ports& from) {
    into.literal = into.literal.united(from.literal);
    into.parameters.insert(from.parameters.begin(), from.parameters.end());
}

/// Where every port of `ports` is in the traffic.
AddressSet addresses_with(const Traffic& traffic, Protocol protocol, const PortSet& ports) {
    std::vector<AddressRange> ranges;
    if (const auto list = traffic.reaches().find(protocol); list != traffic.reaches().end()) {
        for (const Reach& reach : list->second) {
            if (ports.without(reach.ports).empty()) {
                ranges.push_back(reach.addresses);
            }
        }
    }
    return AddressSet::of(std::move(ranges));
}

/// What of the addresses, with all ports, is not among `others`.
AddressSet remaining(Protocol protocol, const AddressSet& addresses, const AddressSet& others) {
    const Traffic all = Traffic::of({{protocol, addresses, PortSet::all()}});
    return addresses_of(all.without(Traffic::of({{protocol, others, PortSet::all()}})), protocol);
}

/// `decided`: what these rules need not say.
std::vector<SymbolicRule> symbolic_rules(const ParameterTable& parameters, const std::vector<NetworkRule>& rules, bool allows,
                                         const Traffic& decided) {
    std::map<std::pair<Protocol, std::string>, Ports> by_address;
    std::map<std::pair<Protocol, std::string>, std::vector<AddressRange>> by_port;
    for (const NetworkRule& rule : rules) {
        for (const Protocol protocol : says(rule, allows) ? rule.protocols : ProtocolSet()) {
            const Ports ports = ports_for(protocol, rule);
            for (const std::string& name : rule.address_parameters) {
                unite(by_address[{protocol, name}], ports);
            }
            for (const std::string& name : ports.parameters) {
                std::vector<AddressRange>& ranges = by_port[{protocol, name}];
                ranges.insert(ranges.end(), rule.addresses.ranges().begin(), rule.addresses.ranges().end());
            }
        }
    }
    std::vector<SymbolicRule> symbolic;
    for (auto& [key, ports] : by_address) {
        symbolic.push_back({key.first, ParameterName{key.second}, reduced(parameters, std::move(ports))});
    }
    for (auto& [key, ranges] : by_port) {
        const AddressSet said = addresses_with(decided, key.first, values_of_port(parameters, key.second));
        AddressSet left = remaining(key.first, AddressSet::of(std::move(ranges)), said);
        if (!left.empty()) {
            symbolic.push_back({key.first, std::move(left), Ports{PortSet(), {key.second}}});
        }
    }
    std::sort(symbolic.begin(), symbolic.end());
    return symbolic;
}

std::map<std::string, NamedPorts> named_ports(const ParameterTable& parameters, const std::vector<NetworkRule>& rules) {
    std::map<std::string, NamedPorts> said;
    for (const NetworkRule& rule : rules) {
        for (const std::string& name : rule.names) {
            for (const Protocol protocol : rule.protocols) {
                unite(said[name][protocol], ports_for(protocol, rule));
            }
        }
    }
    std::map<std::string, NamedPorts> whole;
    for (const auto& [name, ports] : said) {
        NamedPorts& all = whole[name] = ports;
        for (std::size_t dot = name.find('.', name.starts_with("*.") ? 2 : 0); dot != std::string::npos;
             dot = name.find('.', dot + 1)) {
            const auto wider = said.find("*" + name.substr(dot));
            for (const auto& [protocol, more] : wider == said.end() ? NamedPorts() : wider->second) {
                unite(all[protocol], more);
            }
        }
        for (auto& [protocol, each] : all) {
            each = reduced(parameters, std::move(each));
        }
    }
    for (auto entry = whole.begin(); entry != whole.end();) {
        const std::size_t dot = entry->first.find('.', entry->first.starts_with("*.") ? 2 : 0);
        const auto* const wider = dot == std::string::npos ? nullptr : deciding_entry(whole, "*" + entry->first.substr(dot));
        entry = wider != nullptr && wider->second == entry->second ? whole.erase(entry) : std::next(entry);
    }
    return whole;
}

NetworkRule resolver_rule(const std::vector<ResolverAddress>& resolvers, Origin origin, bool allows) {
    NetworkRule rule;
    rule.statement = NetworkStatement::resolver;
    rule.allows = allows;
    rule.protocols = {Protocol::tcp, Protocol::udp};
    rule.ports.literal = name_service_ports();
    rule.origin = origin;
    for (const ResolverAddress& resolver : resolvers) {
        if (const auto* const address = std::get_if<Address>(&resolver)) {
            rule.addresses.add({*address, *address});
        } else {
            rule.address_parameters.insert(std::get<ParameterName>(resolver).name);
        }
    }
    return rule;
}

void add_unblocked(const ParameterTable& parameters, const NetworkRule& rule, Unblocked& unblocked) {
    unblocked.link_local = unblocked.link_local || rule.addresses == named_addresses("@link-local");
    unblocked.metadata = unblocked.metadata || rule.addresses == named_addresses("@metadata");
    unite(unblocked.host, rule.ports);
    unblocked.host = reduced(parameters, std::move(unblocked.host));
}

Publication publication_of(const NetworkRule& rule) {
    Publication publication;
    publication.protocol = *rule.protocols.begin();
    publication.on = rule.addresses.ranges().front().first;
    if (rule.ports.parameters.empty()) {
        publication.port = rule.ports.literal.ranges().front().first;
    } else {
        publication.port = ParameterName{*rule.ports.parameters.begin()};
    }
    return publication;
}

void add_services(const ParameterTable& parameters, Network& network) {
    for (const NetworkRule& rule : network.rules) {
        if (rule.statement == NetworkStatement::unblock) {
            add_unblocked(parameters, rule, network.unblocked);
        } else if (rule.statement == NetworkStatement::publish) {
            network.published.insert(publication_of(rule));
        }
    }
}

}  // namespace

Network filtered_network(const ParameterTable& parameters, std::vector<NetworkRule> rules, std::vector<ResolverAddress> resolvers,
                         Origin resolver_origin, Origin origin) {
    Network network;
    network.mode = {NetworkMode::filtered, origin};
    network.rules = std::move(rules);
    network.names = named_ports(parameters, network.rules);
    if (!resolvers.empty()) {
        network.rules.push_back(resolver_rule(resolvers, resolver_origin, network.names.empty()));
        network.resolvers = std::move(resolvers);
    }
    add_services(parameters, network);
    const Traffic shut = all_traffic(floor_addresses(network.unblocked)).united(all_traffic(named_addresses("@loopback")));
    const Traffic denied = literal_traffic(network.rules, false);
    network.allowed = literal_traffic(network.rules, true).without(denied).without(shut);
    const Traffic refused = denied.united(shut);
    network.symbolic_allowed = symbolic_rules(parameters, network.rules, true, network.allowed.united(refused));
    const Traffic possible = possible_traffic(parameters, network);
    network.denied = denied.common(possible).without(shut);
    network.symbolic_denied = symbolic_rules(parameters, network.rules, false, refused);
    const Traffic reachable = network.allowed.united(possible);
    network.symbolic_denied.erase(
        std::remove_if(network.symbolic_denied.begin(), network.symbolic_denied.end(),
                       [&](const SymbolicRule& rule) { return reachable.reaches().count(rule.protocol) == 0; }),
        network.symbolic_denied.end());
    return network;
}

Network off_if_closed(Network network) {
    const bool is_closed = network.allowed.empty() && network.symbolic_allowed.empty() && network.names.empty();
    if (network.mode.value != NetworkMode::filtered || !is_closed || !network.published.empty()) {
        return network;
    }
    Network off;
    off.mode.origin = network.mode.origin;
    return off;
}

}  // namespace sbx::policy
