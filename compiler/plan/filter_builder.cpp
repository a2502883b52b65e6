// Names of sets: `tcp_4` what may be reached, `no_tcp_4` what may not, `tcp_udp_4` where both may reach the same, `at_0_4` where a
// port parameter applies; `param_`, `name_`, `host_` and `gateway_` are filled later, under the names of
// runtime/artifact_format.hpp.
#include "compiler/plan/filter_builder.hpp"

#include "compiler/plan/filter_size.hpp"
#include "compiler/plan/literal_traffic.hpp"
#include "compiler/plan/statement_index.hpp"
#include "compiler/policy/network_parts.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

namespace sbx::plan {
namespace {

using policy::Family;
using policy::Protocol;

constexpr std::array families = {Family::ipv4, Family::ipv6};

std::string with_family(const std::string& stem, Family family) {
    return stem + (family == Family::ipv4 ? "_4" : "_6");
}

std::vector<FilterElement> elements_of(const policy::AddressSet& addresses, Family family) {
    std::vector<FilterElement> elements;
    for (const policy::AddressRange& range : addresses.ranges()) {
        if (range.first.family == family) {
            elements.push_back({range, {}, {}});
        }
    }
    return elements;
}

struct ParameterUse {
    std::set<std::string> addresses;
    std::set<std::string> ports;
};
void collect(const std::vector<policy::SymbolicRule>& rules, ParameterUse& into) {
    for (const policy::SymbolicRule& rule : rules) {
        if (const auto* const parameter = std::get_if<policy::ParameterName>(&rule.to)) {
            into.addresses.insert(parameter->name);
        }
        into.ports.insert(rule.ports.parameters.begin(), rule.ports.parameters.end());
    }
}
ParameterUse parameters_of(const policy::Network& network) {
    ParameterUse all;
    collect(network.symbolic_allowed, all);
    collect(network.symbolic_denied, all);
    for (const auto& [name, named] : network.names) {
        for (const auto& [protocol, ports] : named) {
            all.ports.insert(ports.parameters.begin(), ports.parameters.end());
        }
    }
    for (const policy::ResolverAddress& resolver : network.resolvers) {
        if (const auto* const parameter = std::get_if<policy::ParameterName>(&resolver)) {
            all.addresses.insert(parameter->name);
        }
    }
    all.ports.insert(network.unblocked.host.parameters.begin(), network.unblocked.host.parameters.end());
    for (const policy::Publication& publication : network.published) {
        if (const auto* const parameter = std::get_if<policy::ParameterName>(&publication.port)) {
            all.ports.insert(parameter->name);
        }
    }
    return all;
}

std::vector<policy::PortSet> pieces_of(const policy::PortSet& ports) {
    std::vector<policy::PortSet> pieces;
    for (std::size_t i = 0; i < ports.ranges().size(); ++i) {
        if (i % max_rule_ports == 0) {
            pieces.emplace_back();
        }
        pieces.back().add(ports.ranges()[i]);
    }
    return pieces;
}

}  // namespace

FilterBuilder::FilterBuilder(const policy::Policy& policy) : network_(policy.network) {
    plan_.host_ports = network_.unblocked.host;
    plan_.publish.assign(network_.published.begin(), network_.published.end());
}

FilterSet& FilterBuilder::add_set(std::string name, SetKey key, Family family) {
    plan_.sets.push_back({std::move(name), key, family, {}});
    return plan_.sets.back();
}

void FilterBuilder::add_pair(const std::string& stem) {
    for (const Family family : families) {
        add_set(with_family(stem, family), SetKey::address, family);
    }
}

void FilterBuilder::add_fixed_sets() {
    add_pair("host");
    add_pair("gateway");
    const policy::AddressSet floor = policy::floor_addresses(network_.unblocked);
    for (const Family family : families) {
        add_set(with_family("floor", family), SetKey::network, family).elements = elements_of(floor, family);
    }
}

void FilterBuilder::add_parameter_sets() {
    const ParameterUse parameters = parameters_of(network_);
    for (const std::string& name : parameters.addresses) {
        const std::string stem = "param_" + name;
        add_pair(stem);
        plan_.fill.push_back({stem + "_4", name, FillFamily::ipv4});
        plan_.fill.push_back({stem + "_6", name, FillFamily::ipv6});
    }
    for (const std::string& name : parameters.ports) {
        const FilterSet& set = add_set("param_" + name + "_port", SetKey::port, Family::ipv4);
        plan_.fill.push_back({set.name, name, FillFamily::port});
    }
    std::sort(plan_.fill.begin(), plan_.fill.end(), [](const FilterFill& a, const FilterFill& b) { return a.set < b.set; });
}

void FilterBuilder::add_rule(FilterRule rule, bool allows) {
    (allows ? plan_.allowances : plan_.denials).push_back(std::move(rule));
}

void FilterBuilder::add_rules(FilterRule rule, const policy::Ports& ports, bool allows) {
    if (!policy::has_ports(rule.protocol)) {
        add_rule(std::move(rule), allows);
        return;
    }
    for (policy::PortSet& piece : pieces_of(ports.literal)) {
        rule.ports = std::move(piece);
        add_rule(rule, allows);
    }
    for (const std::string& name : ports.parameters) {
        rule.ports = PortSetName{"param_" + name + "_port"};
        add_rule(rule, allows);
    }
}

void FilterBuilder::add_traffic(const policy::Traffic& traffic, bool allows) {
    for (const Family family : families) {
        for (LiteralTraffic& literal : literal_traffic(network_.rules, traffic, family, allows)) {
            add_literal(std::move(literal), family, allows);
        }
    }
}

void FilterBuilder::add_literal(LiteralTraffic literal, Family family, bool allows) {
    std::string stem = allows ? "" : "no";
    for (const Protocol protocol : literal.protocols) {
        stem += (stem.empty() ? "" : "_") + std::string(policy::to_text(protocol));
    }
    const SetKey key = policy::has_ports(literal.protocols.front()) ? SetKey::endpoint : SetKey::network;
    const std::vector<SetPart> parts = add_parts(with_family(stem, family), key, family, std::move(literal.elements));
    for (const Protocol protocol : literal.protocols) {
        for (const SetPart& part : parts) {
            add_rule({protocol, family, part.name, part.within, key, {}, false, {}}, allows);
        }
    }
}

std::vector<FilterBuilder::SetPart> FilterBuilder::add_parts(const std::string& name, SetKey key, Family family,
                                                             std::vector<FilterElement> elements) {
    FilterSet whole{name, key, family, std::move(elements)};
    const std::size_t most = key == SetKey::network ? max_filter_elements
                             : has_interval(whole)  ? max_set_intervals
                                                    : std::max<std::size_t>(whole.elements.size(), 1);
    std::vector<SetPart> parts;
    const std::size_t size = whole.elements.size();
    for (std::size_t begin = 0; begin < size; begin += most) {
        const auto first = whole.elements.begin() + static_cast<std::ptrdiff_t>(begin);
        const auto end = whole.elements.begin() + static_cast<std::ptrdiff_t>(std::min(begin + most, size));
        SetPart part{begin == 0 ? name : name + "_" + std::to_string(begin / most), {}};
        if (size > most) {
            const auto ends_before = [](const FilterElement& a, const FilterElement& b) {
                return a.addresses.last < b.addresses.last;
            };
            part.within = {first->addresses.first, std::max_element(first, end, ends_before)->addresses.last};
        }
        add_set(part.name, key, family).elements.assign(std::make_move_iterator(first), std::make_move_iterator(end));
        parts.push_back(std::move(part));
    }
    return parts;
}

std::vector<FilterBuilder::SetPart> FilterBuilder::destinations_of(const policy::SymbolicRule& rule, Family family) {
    if (const auto* const parameter = std::get_if<policy::ParameterName>(&rule.to)) {
        return {{with_family("param_" + parameter->name, family), {}}};
    }
    const auto& addresses = std::get<policy::AddressSet>(rule.to);
    const auto [place, is_new] = places_.try_emplace({addresses, family});
    if (is_new) {
        const std::string name = with_family("at_" + std::to_string(places_.size() - 1), family);
        place->second = add_parts(name, SetKey::network, family, elements_of(addresses, family));
    }
    return place->second;
}

std::vector<Origin> FilterBuilder::origins_of(const policy::SymbolicRule& rule, bool allows) const {
    const auto* const address = std::get_if<policy::ParameterName>(&rule.to);
    std::vector<Origin> origins;
    for (const policy::NetworkRule& statement : network_.rules) {
        const bool is_about = address != nullptr
                                  ? statement.address_parameters.contains(address->name)
                                  : std::any_of(rule.ports.parameters.begin(), rule.ports.parameters.end(),
                                                [&](const auto& each) { return statement.ports.parameters.contains(each); });
        if (origins.size() < shown_statements && is_about && says(statement, allows, rule.protocol)) {
            origins.push_back(statement.origin);
        }
    }
    return origins;
}

void FilterBuilder::add_symbolic(const std::vector<policy::SymbolicRule>& rules, bool allows) {
    for (const policy::SymbolicRule& rule : rules) {
        const bool is_parameter = std::holds_alternative<policy::ParameterName>(rule.to);
        const SetKey key = is_parameter ? SetKey::address : SetKey::network;
        for (const Family family : families) {
            for (const SetPart& part : destinations_of(rule, family)) {
                add_rules({rule.protocol, family, part.name, part.within, key, {}, false, origins_of(rule, allows)}, rule.ports,
                          allows);
            }
        }
    }
}

void FilterBuilder::add_names() {
    std::map<std::string_view, std::vector<Origin>> said;
    for (const policy::NetworkRule& rule : network_.rules) {
        for (const std::string& name : rule.names) {
            if (std::vector<Origin>& origins = said[name]; origins.size() < shown_statements) {
                origins.push_back(rule.origin);
            }
        }
    }
    std::size_t index = 0;
    for (const auto& [name, named] : network_.names) {
        const std::string stem = "name_" + std::to_string(index++);
        add_pair(stem);
        const std::vector<Origin>& origins = said[name];
        for (const auto& [protocol, ports] : named) {
            for (const Family family : families) {
                add_rules({protocol, family, with_family(stem, family), {}, SetKey::address, {}, false, origins}, ports, true);
            }
        }
    }
}

void FilterBuilder::add_resolvers() {
    policy::PortSet name_service;
    name_service.add({53, 53});
    const policy::Ports ports{name_service, {}};
    std::vector<Origin> origins;
    policy::AddressSet literal;
    for (const policy::NetworkRule& rule : network_.rules) {
        if (rule.statement == policy::NetworkStatement::resolver) {
            origins.push_back(rule.origin);
        }
    }
    std::set<std::string> parameters;
    for (const policy::ResolverAddress& resolver : network_.resolvers) {
        if (const auto* const parameter = std::get_if<policy::ParameterName>(&resolver)) {
            parameters.insert(parameter->name);
        } else {
            const auto& address = std::get<policy::Address>(resolver);
            literal.add({address, address});
        }
    }
    for (const Family family : families) {
        const std::string name = with_family("resolver", family);
        for (const SetPart& part : add_parts(name, SetKey::network, family, elements_of(literal, family))) {
            add_rules({Protocol::udp, family, part.name, part.within, SetKey::network, {}, true, origins}, ports, true);
        }
        for (const std::string& parameter : parameters) {
            const std::string set = with_family("param_" + parameter, family);
            add_rules({Protocol::udp, family, set, {}, SetKey::address, {}, true, origins}, ports, true);
        }
    }
}

}  // namespace sbx::plan
