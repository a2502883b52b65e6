// Rules with parameters, and names: who lets more through for the same values and the same answers. A rule is compared with the
// other side's rule of the same parameter; what the other side allows anyway is no more.
#include "compiler/policy/compare_network.hpp"
#include "compiler/policy/network_text.hpp"

#include <algorithm>

namespace sbx::policy {
namespace {

/// What `a` has beyond `b`.
Ports excess(const ParameterTable& parameters, const Ports& a, const Ports& b) {
    Ports more{a.literal.without(b.literal), {}};
    for (const std::string& name : a.parameters) {
        if (b.parameters.count(name) == 0 && !values_of_port(parameters, name).without(b.literal).empty()) {
            more.parameters.insert(name);
        }
    }
    return more;
}

/// One side's rules: by their parameter, the ports of an address or the addresses of a port.
struct RuleKey {
    Protocol protocol{};
    bool is_address = false;
    std::string parameter;
    friend auto operator<=>(const RuleKey&, const RuleKey&) = default;
};
using RuleTable = std::map<RuleKey, const SymbolicRule*>;

RuleTable table_of(const std::vector<SymbolicRule>& rules) {
    RuleTable table;
    for (const SymbolicRule& rule : rules) {
        const auto* const parameter = std::get_if<ParameterName>(&rule.to);
        table[{rule.protocol, parameter != nullptr, parameter != nullptr ? parameter->name : *rule.ports.parameters.begin()}] =
            &rule;
    }
    return table;
}

const SymbolicRule* find(const RuleTable& table, const RuleKey& key) {
    const auto found = table.find(key);
    return found == table.end() ? nullptr : found->second;
}

/// All that the rule can bring which `other` does not.
Traffic excess(const ParameterTable& parameters, const SymbolicRule* rule, const SymbolicRule* other) {
    if (rule == nullptr) {
        return {};
    }
    if (const auto* const name = std::get_if<ParameterName>(&rule->to)) {
        const Ports more = other == nullptr ? rule->ports : excess(parameters, rule->ports, other->ports);
        return Traffic::of({{rule->protocol, values_of_address(parameters, name->name), possible_ports(parameters, more)}});
    }
    const PortSet ports = possible_ports(parameters, rule->ports);
    const Traffic all = Traffic::of({{rule->protocol, std::get<AddressSet>(rule->to), ports}});
    return other == nullptr ? all : all.without(Traffic::of({{rule->protocol, std::get<AddressSet>(other->to), ports}}));
}

std::string rule_text(const SymbolicRule& rule) {
    constexpr std::size_t shown = 4;
    const auto* const parameter = std::get_if<ParameterName>(&rule.to);
    const std::string to = parameter != nullptr ? "$" + parameter->name : to_text(std::get<AddressSet>(rule.to), shown);
    return reach_text(rule.protocol, to, to_text(rule.ports));
}

RegionSide side_of(const Network& network, const SymbolicRule* rule, const RuleKey& key, NetworkStatement statement) {
    const bool allows = statement == NetworkStatement::allow;
    if (rule == nullptr) {
        return {allows ? "not allowed" : "not denied", "", network.mode.origin};
    }
    for (const NetworkRule& each : network.rules) {
        const auto& names = key.is_address ? each.address_parameters : each.ports.parameters;
        if ((each.statement == statement || (allows && each.allows)) && each.protocols.contains(key.protocol) &&
            names.count(key.parameter) != 0) {
            return {rule_text(*rule), to_statement(each), each.origin};
        }
    }
    return {rule_text(*rule), (allows ? "allow " : "deny ") + rule_text(*rule), network.mode.origin};
}

void compare_tables(const NetworkPair& pair, NetworkStatement statement, Regions& regions) {
    const bool allows = statement == NetworkStatement::allow;
    const RuleTable before = table_of(allows ? pair.before.network.symbolic_allowed : pair.before.network.symbolic_denied);
    const RuleTable after = table_of(allows ? pair.after.network.symbolic_allowed : pair.after.network.symbolic_denied);
    std::set<RuleKey> keys;
    for (const RuleTable* table : {&before, &after}) {
        for (const auto& [key, rule] : *table) {
            keys.insert(key);
        }
    }
    for (const RuleKey& key : keys) {
        const SymbolicRule* const left = find(before, key);
        const SymbolicRule* const right = find(after, key);
        if (left != nullptr && right != nullptr && *left == *right) {
            continue;
        }
        Traffic more = excess(pair.after.parameters, right, left);
        Traffic less = excess(pair.before.parameters, left, right);
        if (allows) {  // what the other allows anyway, or this one denies always, is no difference
            more = more.common(pair.brought_after).without(pair.before.network.allowed);
            less = less.common(pair.brought_before).without(pair.after.network.allowed);
        }
        const Relation relation = allows ? relation_of(more.empty(), less.empty()) : relation_of(less.empty(), more.empty());
        const SymbolicRule& shown = right != nullptr ? *right : *left;
        Region region =
            setting_region(Domain::network, relation,
                           key.is_address ? std::string(to_text(key.protocol)) + " to $" + key.parameter
                                          : std::string(to_text(key.protocol)) + " port $" + key.parameter,
                           side_of(pair.before.network, left, key, statement), side_of(pair.after.network, right, key, statement));
        if (allows) {
            region.claim = right == nullptr
                               ? "can no longer send " + rule_text(shown)
                               : "can send " + rule_text(shown) + (left == nullptr ? "" : ", which was " + rule_text(*left));
        } else {
            region.claim = right == nullptr
                               ? "is no longer denied " + rule_text(shown)
                               : "is denied " + rule_text(shown) + (left == nullptr ? "" : ", which was " + rule_text(*left));
        }
        region.weight = relation == Relation::equivalent ? 1 : network_weight;
        regions.push_back(std::move(region));
    }
}

/// What the rules of both bring, and only one denies.
void compare_denials(const NetworkPair& pair, Regions& regions) {
    const Traffic loosened =
        pair.brought_after.common(pair.before.network.denied.united(pair.shut_before)).without(pair.after.network.allowed);
    const Traffic tightened =
        pair.brought_before.common(pair.after.network.denied.united(pair.shut_after)).without(pair.before.network.allowed);
    for (const bool opens : {true, false}) {
        for (const TrafficPart& part : parts_of(opens ? loosened : tightened)) {
            const std::string where = "where a parameter or a name leads there";
            const RegionSide open{"allowed " + where, "", (opens ? pair.after : pair.before).network.mode.origin};
            const RegionSide shut = said_by((opens ? pair.before : pair.after).network, NetworkStatement::deny, part.example(),
                                            part.reach, "denied", "");
            Region region = setting_region(Domain::network, opens ? Relation::wider : Relation::narrower, part.text(),
                                           opens ? shut : open, opens ? open : shut);
            region.claim =
                (opens ? "can send " : "can no longer send ") + part.text() + " " + where + (opens ? ", which was denied" : "");
            region.weight = network_weight;
            regions.push_back(std::move(region));
        }
    }
}

// ---- names ------------------------------------------------------------------------------------------------------------------

std::string named_text(const NamedPorts& named) {
    std::string text;
    for (const auto& [protocol, ports] : named) {
        const std::string list = has_ports(protocol) ? to_text(ports) : "";
        text += (text.empty() ? "" : ", ") + std::string(to_text(protocol)) + (list.empty() ? "" : " port " + list);
    }
    return text;
}

RegionSide name_side(const Network& network, const std::string& name, const NamedPorts* named) {
    if (named == nullptr) {
        return {"not allowed", "", network.mode.origin};
    }
    const auto* const entry = deciding_entry(network.names, name);
    const auto rule = std::find_if(network.rules.begin(), network.rules.end(),
                                   [&](const NetworkRule& each) { return each.names.count(entry->first) != 0; });
    return rule == network.rules.end()
               ? RegionSide{named_text(*named), "allow " + named_text(*named) + " to host \"" + entry->first + "\"",
                            network.mode.origin}
               : RegionSide{named_text(*named), to_statement(*rule), rule->origin};
}

/// Whether some answer lets one through what the other never does.
bool has_more(const ParameterTable& parameters, const NamedPorts* named, const NamedPorts* other, const Traffic& brought,
              const Traffic& allowed) {
    std::vector<TrafficRule> rules;
    for (const auto& [protocol, ports] : named == nullptr ? NamedPorts() : *named) {
        const auto known = other == nullptr ? NamedPorts::const_iterator() : other->find(protocol);
        const Ports more = other == nullptr || known == other->end() ? ports : excess(parameters, ports, known->second);
        rules.push_back({protocol, named_addresses("@any"), possible_ports(parameters, more)});
    }
    return !Traffic::of(rules).common(brought).without(allowed).empty();
}

}  // namespace

void compare_symbolic_rules(const NetworkPair& pair, Regions& regions) {
    compare_tables(pair, NetworkStatement::allow, regions);
    compare_tables(pair, NetworkStatement::deny, regions);
    compare_denials(pair, regions);
}

void compare_names(const NetworkPair& pair, Regions& regions) {
    const Network& before = pair.before.network;
    const Network& after = pair.after.network;
    std::set<std::string> names;
    for (const Network* network : {&before, &after}) {
        for (const auto& [name, ports] : network->names) {
            names.insert(name);
        }
    }
    for (const std::string& name : names) {
        const auto* const left_entry = deciding_entry(before.names, name);
        const auto* const right_entry = deciding_entry(after.names, name);
        const NamedPorts* const left = left_entry == nullptr ? nullptr : &left_entry->second;
        const NamedPorts* const right = right_entry == nullptr ? nullptr : &right_entry->second;
        if ((left == nullptr) == (right == nullptr) && (left == nullptr || *left == *right)) {
            continue;
        }
        const bool more = has_more(pair.after.parameters, right, left, pair.brought_after, before.allowed);
        const bool less = has_more(pair.before.parameters, left, right, pair.brought_before, after.allowed);
        Region region = setting_region(Domain::network, relation_of(!more, !less), "host \"" + name + "\"",
                                       name_side(before, name, left), name_side(after, name, right));
        region.claim = right == nullptr ? "can no longer reach what " + name + " resolves to"
                                        : "can reach what " + name + " resolves to: " + region.after.words +
                                              (left == nullptr ? "" : ", which was " + region.before.words);
        region.weight = network_weight;
        Request request;
        request.kind = RequestKind::resolve;
        request.name = name.starts_with("*.") ? "name" + name.substr(1) : name;
        add_witness(region, pair.before, pair.after, request);
        regions.push_back(std::move(region));
    }
}

}  // namespace sbx::policy
