// From values to words; see the header.
#include "compiler/policy/network_text.hpp"

#include "compiler/policy/network_parts.hpp"

#include <algorithm>

namespace sbx::policy {
namespace {

constexpr std::size_t shown_addresses = 4;
constexpr std::size_t every_address = static_cast<std::size_t>(-1);

std::string port_text(const PortRange& range) {
    return std::to_string(range.first) + (range.first == range.last ? "" : "-" + std::to_string(range.last));
}

void append(std::string& list, const std::string& item) {
    list += (list.empty() ? "" : " ") + item;
}

std::string protocol_word(ProtocolSet protocols) {
    return protocols == ProtocolSet::all() ? "any" : std::string(to_text(*protocols.begin()));
}

/// `@private` where the language has a word for just these.
std::string addresses_text(const AddressSet& addresses, std::size_t most) {
    for (const NamedSet& set : named_address_sets()) {
        if (addresses == named_addresses(set.name)) {
            return std::string(set.name);
        }
    }
    return to_text(addresses, most);
}

std::string destination_text(const NetworkRule& rule, std::size_t most) {
    std::string text = addresses_text(rule.addresses, most);
    for (const std::string& name : rule.address_parameters) {
        append(text, "$" + name);
    }
    if (!rule.names.empty()) {
        text = "host";
        for (const std::string& name : rule.names) {
            append(text, "\"" + name + "\"");
        }
    }
    return text;
}

std::string resolver_text(const ResolverAddress& resolver) {
    const auto* const parameter = std::get_if<ParameterName>(&resolver);
    return parameter != nullptr ? "$" + parameter->name : to_text(std::get<Address>(resolver));
}

std::string statement_text(const NetworkRule& rule, std::size_t most) {
    switch (rule.statement) {
        case NetworkStatement::allow:
        case NetworkStatement::deny:
            break;
        case NetworkStatement::resolver:
            return "resolver " + destination_text(rule, most);
        case NetworkStatement::unblock:
            return "unblock " +
                   std::string(rule.addresses == named_addresses("@metadata") ? "metadata"
                               : rule.addresses.empty()                       ? "host"
                                                                              : "link-local") +
                   port_part(to_text(rule.ports));
        case NetworkStatement::publish:
            return "publish " + protocol_word(rule.protocols) + " " + to_text(rule.ports) + " on " + destination_text(rule, most);
    }
    return verb_of(rule.statement) + protocol_word(rule.protocols) + " to " + destination_text(rule, most) +
           port_part(to_text(rule.ports));
}

}  // namespace

std::string to_text(const PortSet& ports) {
    std::string text;
    for (const PortRange& range : ports == PortSet::all() ? std::vector<PortRange>() : ports.ranges()) {
        append(text, port_text(range));
    }
    return text;
}

std::string to_text(const Ports& ports) {
    std::string text = to_text(ports.literal);
    if (ports.literal != PortSet::all()) {
        for (const std::string& name : ports.parameters) {
            append(text, "$" + name);
        }
    }
    return text;
}

std::string to_text(const AddressSet& addresses, std::size_t most) {
    std::string text;
    std::size_t shown = 0;
    for (const AddressRange& range : addresses.ranges()) {
        if (shown++ == most) {
            return text + " …";
        }
        append(text, to_text(range));
    }
    return text;
}

std::string reach_text(Protocol protocol, const std::string& addresses, const std::string& ports) {
    return (protocol == Protocol::other ? std::string("other protocols") : std::string(to_text(protocol))) + " to " + addresses +
           (has_ports(protocol) ? port_part(ports) : "");
}

std::string publication_text(const Publication& publication) {
    const auto* const parameter = std::get_if<ParameterName>(&publication.port);
    const std::string port =
        parameter != nullptr ? "$" + parameter->name : std::to_string(std::get<std::uint16_t>(publication.port));
    const std::string on = to_text(publication.on);
    return "publish " + std::string(to_text(publication.protocol)) + " " + port + (on == "127.0.0.1" ? "" : " on " + on);
}

std::string port_part(const std::string& ports) {
    return ports.empty() ? "" : " port " + ports;
}

std::string verb_of(NetworkStatement statement) {
    return statement == NetworkStatement::allow ? "allow " : "deny ";
}

std::string resolver_statement(const Network& network) {
    std::string text = "resolver";
    for (const ResolverAddress& resolver : network.resolvers) {
        append(text, resolver_text(resolver));
    }
    return text;
}

std::string because(const std::string& reason) {
    return " because " + Text(reason).quoted();
}

std::string to_statement(const NetworkRule& rule) {
    return statement_text(rule, shown_addresses);
}

std::string whole_statement(const Network& network, const NetworkRule& rule) {
    switch (rule.statement) {
        case NetworkStatement::resolver:
            return resolver_statement(network);
        case NetworkStatement::unblock:
            return statement_text(rule, every_address) + because(rule.reason);
        case NetworkStatement::allow:
        case NetworkStatement::deny:
        case NetworkStatement::publish:
            break;
    }
    return statement_text(rule, every_address);
}

}  // namespace sbx::policy
