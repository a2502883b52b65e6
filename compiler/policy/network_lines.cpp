// A whole network in the language. The rules of a normal form are not those that were written: what several protocols share is said
// once, and `any` stands where all four are the same.
#include "compiler/policy/lint_addresses.hpp"
#include "compiler/policy/network_parts.hpp"
#include "compiler/policy/network_text.hpp"

#include <algorithm>

namespace sbx::policy {
namespace {

constexpr std::size_t all_addresses = static_cast<std::size_t>(-1);
/// A bundle's policy.json holds what the policy means, and not why.

/// The statement that a line stands for, as far as one can be named: the first that says something of it.
class Origins {
public:
    explicit Origins(const Network& network) : network_(network) {
        for (const NetworkRule& rule : network.rules) {
            for (const std::string& name : rule.names) {
                names_.try_emplace(name, rule.origin);
            }
        }
    }

    [[nodiscard]] Origin of(NetworkStatement statement) const {
        return find([&](const NetworkRule& rule) { return rule.statement == statement; });
    }
    [[nodiscard]] Origin of(NetworkStatement statement, Protocol protocol, const Reach& reach) const {
        return find([&](const NetworkRule& rule) {
            return rule.statement == statement && rule.protocols.contains(protocol) &&
                   rule.addresses.contains(reach.addresses.first) &&
                   (!has_ports(protocol) || !rule.ports.literal.common(reach.ports).empty());
        });
    }
    [[nodiscard]] Origin of(NetworkStatement statement, const SymbolicRule& symbolic) const {
        return find([&](const NetworkRule& rule) {
            const auto* const parameter = std::get_if<ParameterName>(&symbolic.to);
            return rule.statement == statement && rule.protocols.contains(symbolic.protocol) &&
                   (parameter != nullptr ? rule.address_parameters.count(parameter->name) != 0
                                         : rule.ports.parameters.count(*symbolic.ports.parameters.begin()) != 0);
        });
    }
    [[nodiscard]] Origin of_name(const std::string& name) const {
        const auto found = names_.find(name);
        return found == names_.end() ? Origin{} : found->second;
    }

private:
    template <class Wanted>
    [[nodiscard]] Origin find(Wanted wanted) const {
        const auto rule = std::find_if(network_.rules.begin(), network_.rules.end(), wanted);
        return rule == network_.rules.end() ? Origin{} : rule->origin;
    }

    const Network& network_;
    std::map<std::string_view, Origin> names_;
};

using Lines = std::vector<NetworkLine>;

/// What is said of one list of addresses: a named set in the place of its ranges, which are many.
struct SaidReach {
    std::string addresses;
    Reach first;  ///< with the first of the addresses, and the ports of all
};

/// In the order of the ranges; those of equal ports are taken together first, since a set may lie in several of them.
std::vector<SaidReach> said_reaches(const Reaches& reaches) {
    std::map<PortSet, std::vector<AddressRange>> by_ports;
    for (const Reach& reach : reaches) {
        by_ports[reach.ports].push_back(reach.addresses);
    }
    std::vector<SaidReach> said;
    for (auto& [ports, ranges] : by_ports) {
        AddressSet left = AddressSet::of(std::move(ranges));
        const auto take = [&, &of = ports](std::string_view name) {
            const AddressSet& set = named_addresses(name);
            if (left.ranges().size() > 1 && set.ranges().size() > 1 && covers_all(left, set)) {
                said.push_back({std::string(name), {set.ranges().front(), of}});
                left = without(left, set);
            }
        };
        take("@any");  // the others are parts of it
        for (const NamedSet& named : named_address_sets()) {
            take(named.name);
        }
        for (const AddressRange& range : left.ranges()) {
            said.push_back({to_text(range), {range, ports}});
        }
    }
    std::stable_sort(said.begin(), said.end(),
                     [](const SaidReach& a, const SaidReach& b) { return a.first.addresses.first < b.first.addresses.first; });
    return said;
}

/// What all four protocols have with every port is `any`; it is the only way to say `other`.
void add_traffic(const Traffic& traffic, NetworkStatement statement, const Origins& origins, Lines& lines) {
    const auto list_of = [&](const Traffic& from, Protocol protocol) {
        const auto found = from.reaches().find(protocol);
        return found == from.reaches().end() ? Reaches() : found->second;
    };
    const AddressSet others = addresses_of(traffic, Protocol::other);
    for (const auto& [to, reach] : said_reaches(list_of(traffic, Protocol::other))) {
        lines.push_back({verb_of(statement) + "any to " + to, origins.of(statement, Protocol::other, reach)});
    }
    const Traffic rest = traffic.without(all_traffic(others));
    for (const Protocol protocol : all_protocols) {
        for (const auto& [to, reach] : said_reaches(list_of(rest, protocol))) {
            lines.push_back(
                {verb_of(statement) + reach_text(protocol, to, to_text(reach.ports)), origins.of(statement, protocol, reach)});
        }
    }
    // `any` may say more than is so of a protocol: what is left is denied.
    if (statement == NetworkStatement::allow) {
        const Traffic excess = all_traffic(others).without(traffic);
        for (const Protocol protocol : all_protocols) {
            for (const auto& [to, reach] : said_reaches(list_of(excess, protocol))) {
                lines.push_back({"deny " + reach_text(protocol, to, to_text(reach.ports)), {}});
            }
        }
    }
}

void add_symbolic(const std::vector<SymbolicRule>& rules, NetworkStatement statement, const Origins& origins, Lines& lines) {
    for (const SymbolicRule& rule : rules) {
        const auto* const parameter = std::get_if<ParameterName>(&rule.to);
        const std::string to = parameter != nullptr ? "$" + parameter->name : to_text(std::get<AddressSet>(rule.to), all_addresses);
        if (rule.protocol == Protocol::other) {
            lines.push_back({verb_of(statement) + "any to " + to, origins.of(statement, rule)});
        } else {
            lines.push_back({verb_of(statement) + reach_text(rule.protocol, to, to_text(rule.ports)), origins.of(statement, rule)});
        }
    }
}

void add_services(const Network& network, const Origins& origins, Lines& lines) {
    if (!network.resolvers.empty()) {
        lines.push_back({resolver_statement(network), origins.of(NetworkStatement::resolver)});
        const Traffic lacking = resolver_traffic(network).without(network.allowed);
        for (const auto& [protocol, list] : lacking.reaches()) {
            for (const Reach& reach : list) {  // denied, and so no part of what is allowed
                lines.push_back({"deny " + reach_text(protocol, to_text(reach.addresses), to_text(reach.ports)), {}});
            }
        }
    }
    const auto unblock = [&](const std::string& what, auto opens) {
        const auto rule = std::find_if(network.rules.begin(), network.rules.end(), [&](const NetworkRule& each) {
            return each.statement == NetworkStatement::unblock && opens(each);
        });
        const bool written = rule != network.rules.end();
        lines.push_back({"unblock " + what + because(written ? rule->reason : unknown_reason), written ? rule->origin : Origin()});
    };
    const auto opens_set = [](std::string_view set) {
        return [set](const NetworkRule& rule) { return rule.addresses == named_addresses(set); };
    };
    if (network.unblocked.link_local) {
        unblock("link-local", opens_set("@link-local"));
    }
    if (network.unblocked.metadata) {
        unblock("metadata", opens_set("@metadata"));
    }
    if (!network.unblocked.host.empty()) {
        unblock("host" + port_part(to_text(network.unblocked.host)), [](const NetworkRule& rule) { return !rule.ports.empty(); });
    }
    for (const Publication& publication : network.published) {
        lines.push_back({publication_text(publication), origins.of(NetworkStatement::publish)});
    }
}

}  // namespace

std::vector<NetworkLine> network_lines(const Network& network) {
    const Origins origins(network);
    Lines lines;
    add_traffic(network.allowed, NetworkStatement::allow, origins, lines);
    add_symbolic(network.symbolic_allowed, NetworkStatement::allow, origins, lines);
    for (const auto& [name, ports] : network.names) {
        for (const auto& [protocol, each] : ports) {
            const std::string word = protocol == Protocol::other ? "any" : std::string(to_text(protocol));
            lines.push_back({"allow " + word + " to host \"" + name + "\"" + (has_ports(protocol) ? port_part(to_text(each)) : ""),
                             origins.of_name(name)});
        }
    }
    add_traffic(network.denied, NetworkStatement::deny, origins, lines);
    add_symbolic(network.symbolic_denied, NetworkStatement::deny, origins, lines);
    add_services(network, origins, lines);
    std::set<std::string> said;  // a denial may be needed for two reasons, and may be said once
    lines.erase(std::remove_if(lines.begin(), lines.end(), [&](const NetworkLine& line) { return !said.insert(line.text).second; }),
                lines.end());
    return lines;
}

}  // namespace sbx::policy
