// See the header. The sets that the language names are made once.
#include "compiler/policy/network_parts.hpp"

#include <algorithm>

namespace sbx::policy {
namespace {

constexpr std::size_t longest_name = 253;  // RFC 1035, 2.3.4, without the root's length byte
constexpr std::size_t longest_label = 63;

AddressSet difference(const AddressSet& a, const AddressSet& b) {
    return addresses_of(all_traffic(a).without(all_traffic(b)), Protocol::other);
}

const Parameter* find_parameter(const ParameterTable& parameters, const std::string& name) {
    const auto found = parameters.find(name);
    return found == parameters.end() ? nullptr : &found->second.value;
}

std::string label_fault(std::string_view label) {
    const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
    if (label.empty()) {
        return "a label between two dots is empty";
    }
    if (label.size() > longest_label) {
        return "a label has more than 63 characters";
    }
    if (!std::all_of(label.begin(), label.end(), fits)) {
        return "labels are made of letters, digits and `-`";
    }
    return label.front() == '-' || label.back() == '-' ? "a label begins or ends with `-`" : "";
}

}  // namespace

const AddressSet& named_addresses(std::string_view name) {
    static const std::map<std::string_view, AddressSet> sets = [] {
        std::map<std::string_view, AddressSet> made;
        for (const NamedSet& set : named_address_sets()) {
            std::vector<AddressRange> ranges;
            for (const NamedRange& range : set.ranges) {
                ranges.push_back(parse_range(range.text).range);
            }
            made.emplace(set.name, AddressSet::of(std::move(ranges)));
        }
        return made;
    }();
    return sets.at(name);
}

const AddressSet& floor_addresses(const Unblocked& unblocked) {
    static const AddressSet none;
    static const AddressSet link_local = difference(named_addresses("@link-local"), named_addresses("@metadata"));
    static const AddressSet both = [] {
        std::vector<AddressRange> ranges = named_addresses("@metadata").ranges();
        ranges.insert(ranges.end(), link_local.ranges().begin(), link_local.ranges().end());
        return AddressSet::of(std::move(ranges));
    }();
    if (unblocked.link_local) {
        return unblocked.metadata ? none : named_addresses("@metadata");
    }
    return unblocked.metadata ? link_local : both;
}

Traffic all_traffic(const AddressSet& addresses) {
    TrafficBuilder traffic;
    traffic.add(ProtocolSet::all(), addresses, PortSet::all());
    return traffic.take();
}

AddressSet addresses_of(const Traffic& traffic, Protocol protocol) {
    std::vector<AddressRange> ranges;
    if (const auto list = traffic.reaches().find(protocol); list != traffic.reaches().end()) {
        for (const Reach& reach : list->second) {
            ranges.push_back(reach.addresses);
        }
    }
    return AddressSet::of(std::move(ranges));
}

PortSet values_of_port(const ParameterTable& parameters, const std::string& name) {
    const Parameter* const parameter = find_parameter(parameters, name);
    if (parameter == nullptr || (parameter->one_of.empty() && !parameter->range)) {
        return PortSet::all();
    }
    PortSet ports;
    for (const std::string& value : parameter->one_of) {
        const auto port = static_cast<std::uint16_t>(parse_count(value).value_or(1));
        ports.add({port, port});
    }
    if (parameter->range) {
        ports.add({static_cast<std::uint16_t>(parameter->range->first), static_cast<std::uint16_t>(parameter->range->second)});
    }
    return ports;
}

AddressSet values_of_address(const ParameterTable& parameters, const std::string& name) {
    const Parameter* const parameter = find_parameter(parameters, name);
    if (parameter == nullptr || parameter->one_of.empty()) {
        return named_addresses("@any");
    }
    std::vector<AddressRange> ranges;
    for (const std::string& value : parameter->one_of) {
        if (const auto address = parse_address(value)) {
            ranges.push_back({*address, *address});
        }
    }
    return AddressSet::of(std::move(ranges));
}

PortSet possible_ports(const ParameterTable& parameters, const Ports& ports) {
    PortSet possible = ports.literal;
    for (const std::string& name : ports.parameters) {
        possible = possible.united(values_of_port(parameters, name));
    }
    return possible;
}

Traffic possible_traffic(const ParameterTable& parameters, const Network& network) {
    std::vector<TrafficRule> parts;
    for (const auto& [name, named] : network.names) {
        for (const auto& [protocol, ports] : named) {
            parts.push_back({protocol, named_addresses("@any"), possible_ports(parameters, ports)});
        }
    }
    for (const SymbolicRule& rule : network.symbolic_allowed) {
        const auto* const parameter = std::get_if<ParameterName>(&rule.to);
        parts.push_back({rule.protocol,
                         parameter != nullptr ? values_of_address(parameters, parameter->name) : std::get<AddressSet>(rule.to),
                         possible_ports(parameters, rule.ports)});
    }
    return Traffic::of(parts);
}

Traffic resolver_traffic(const Network& network) {
    std::vector<TrafficRule> rules;
    PortSet ports;
    ports.add({53, 53});
    for (const ResolverAddress& resolver : network.names.empty() ? network.resolvers : std::vector<ResolverAddress>()) {
        if (const auto* const address = std::get_if<Address>(&resolver)) {
            AddressSet set;
            set.add({*address, *address});
            rules.push_back({Protocol::tcp, set, ports});
            rules.push_back({Protocol::udp, set, ports});
        }
    }
    return Traffic::of(rules);
}

bool says_the_same(const NetworkRule& a, const NetworkRule& b) {
    return a.statement == b.statement && a.protocols == b.protocols && a.addresses == b.addresses &&
           a.address_parameters == b.address_parameters && a.names == b.names && a.ports == b.ports;
}

bool covers_name(std::string_view entry, std::string_view name) {
    if (!entry.starts_with("*.")) {
        return entry == name;
    }
    const std::string_view suffix = entry.substr(1);  // with its dot
    return name.size() > suffix.size() && name.ends_with(suffix);
}

const std::pair<const std::string, NamedPorts>* deciding_entry(const std::map<std::string, NamedPorts>& names,
                                                               const std::string& name) {
    if (const auto exact = names.find(name); exact != names.end()) {
        return &*exact;
    }
    for (std::size_t dot = name.find('.'); dot != std::string::npos; dot = name.find('.', dot + 1)) {
        const std::string entry = "*" + name.substr(dot);
        const auto found = names.find(entry);
        if (found != names.end() && covers_name(entry, name)) {
            return &*found;
        }
    }
    return nullptr;
}

std::string host_name_fault(std::string_view name) {
    if (name.empty()) {
        return "it is empty";
    }
    if (name.size() > longest_name) {
        return "it has more than 253 characters";
    }
    std::string_view label = name;
    for (std::size_t begin = 0; begin <= name.size();) {
        const std::size_t end = std::min(name.find('.', begin), name.size());
        label = name.substr(begin, end - begin);
        if (std::string fault = label_fault(label); !fault.empty()) {
            return fault;
        }
        begin = end + 1;
    }
    // RFC 1123, 2.1: so that no name reads as an address
    return label.find_first_not_of("0123456789") == std::string_view::npos ? "its last label is a number" : "";
}

}  // namespace sbx::policy
