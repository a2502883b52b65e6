// The network's object read back; the other way round of canonical_network.cpp. Ranges that are unsorted, touch or overlap make
// sets that are written otherwise, which the comparison at the end shows.
#include "compiler/policy/canonical_network.hpp"
#include "compiler/policy/network_parts.hpp"

#include <algorithm>
#include <limits>

namespace sbx::policy {
namespace {

class NetworkReader {
public:
    explicit NetworkReader(CanonicalValues& values) : values_(values), json_(values.json) {}

    Network read() {
        json_.object([&] {
            json_.key("mode");
            const std::string word = json_.string();
            constexpr std::array modes = {NetworkMode::off, NetworkMode::filtered, NetworkMode::host};
            const auto* const found = std::find_if(modes.begin(), modes.end(), [&](NetworkMode m) { return to_text(m) == word; });
            if (found == modes.end()) {
                json_.refuse("`" + word + "` is no mode of the network");
            }
            network_.mode.value = *found;
            if (*found == NetworkMode::filtered) {
                read_filter();
            }
        });
        return std::move(network_);
    }

private:
    void read_filter() {
        json_.key("allowed");
        network_.allowed = traffic();
        json_.key("denied");
        network_.denied = traffic();
        json_.key("symbolic_allowed");
        network_.symbolic_allowed = symbolic_rules();
        json_.key("symbolic_denied");
        network_.symbolic_denied = symbolic_rules();
        json_.key("names");
        json_.map([&](const std::string& name) { values_.append(network_.names, name, named_ports(name), name); });
        json_.key("resolvers");
        json_.array([&] {
            network_.resolvers.push_back(json_.peek() == '{' ? ResolverAddress(parameter(ParameterType::address))
                                                             : ResolverAddress(address()));
        });
        json_.key("unblocked");
        json_.object([&] {
            json_.key("host");
            network_.unblocked.host = ports();
            network_.unblocked.link_local = values_.flag("link_local");
            network_.unblocked.metadata = values_.flag("metadata");
        });
        json_.key("publish");
        json_.array([&] { read_publication(); });
    }

    Protocol protocol_of(const std::string& word) {
        const auto* const found =
            std::find_if(all_protocols.begin(), all_protocols.end(), [&](Protocol each) { return to_text(each) == word; });
        if (found == all_protocols.end()) {
            json_.refuse("`" + word + "` is no protocol");
        }
        return *found;
    }

    Address address() {
        const std::string text = json_.string();
        const auto parsed = parse_address(text);
        if (!parsed) {
            json_.refuse("`" + text + "` is no address");
        }
        return *parsed;
    }

    AddressRange range(const Address& first, const Address& last) {
        if (first.family != last.family || last < first) {
            json_.refuse("a range of addresses ends before it begins, or in another family");
        }
        return {first, last};
    }

    /// An address, a network or a range, as to_text() writes it.
    AddressRange addresses() {
        const std::string text = json_.string();
        const ParsedRange parsed = parse_range(text);
        if (parsed.error != RangeError::none) {
            json_.refuse("`" + text + "` is no address, network or range");
        }
        return parsed.range;
    }

    std::uint16_t port() {
        const auto number = values_.narrow<std::uint16_t>(std::numeric_limits<std::uint16_t>::max());
        if (number == 0) {
            json_.refuse("no port is 0");
        }
        return number;
    }

    PortSet port_ranges() {
        PortSet set;
        json_.row_array([&] {
            std::vector<std::uint16_t> ends;
            json_.array([&] { ends.push_back(port()); });
            if (ends.size() != 2 || ends[1] < ends[0]) {
                json_.refuse("a range of ports is its first and its last port");
            }
            set.add({ends[0], ends[1]});
        });
        return set;
    }

    ParameterName parameter(ParameterType type) {
        ParameterName name;
        json_.object([&] {
            json_.key("parameter");
            name.name = json_.string();
            values_.require_parameter(name.name, {type});
        });
        return name;
    }

    Ports ports() {
        Ports ports;
        json_.object([&] {
            json_.key("ranges");
            ports.literal = port_ranges();
            json_.key("parameters");
            for (std::string& name : values_.sorted_strings()) {
                values_.require_parameter(name, {ParameterType::port});
                ports.parameters.insert(std::move(name));
            }
        });
        return ports;
    }

    ProtocolSet protocols() {
        ProtocolSet protocols;
        json_.row_array([&] { protocols.insert(protocol_of(json_.string())); });
        const ProtocolSet with_ports = protocols.common(ProtocolSet::with_ports());
        if (protocols.empty() || (!with_ports.empty() && with_ports != protocols)) {
            json_.refuse("protocols that share a list either all have ports or all have none");
        }
        return protocols;
    }

    Traffic traffic() {
        TrafficBuilder traffic;
        json_.array([&] {
            json_.object([&] {
                json_.key("protocols");
                const ProtocolSet reached = protocols();
                const bool with_ports = !reached.common(ProtocolSet::with_ports()).empty();
                json_.key("to");
                json_.array([&] { take_row(traffic, reached, with_ports); });
            });
        });
        return traffic.take();
    }

    void take_row(TrafficBuilder& traffic, const ProtocolSet& reached, bool with_ports) {
        json_.row_object([&] {
            json_.key("addresses");
            const AddressRange range = addresses();
            PortSet ports = PortSet::all();
            if (with_ports) {
                json_.key("ports");
                ports = port_ranges();
            }
            traffic.add(reached, range, ports);
        });
    }

    AddressSet address_ranges() {
        std::vector<AddressRange> ranges;
        json_.array([&] {
            std::vector<Address> ends;
            json_.row_array([&] { ends.push_back(address()); });
            if (ends.size() != 2) {
                json_.refuse("a range of addresses is its first and its last address");
            }
            ranges.push_back(range(ends[0], ends[1]));
        });
        return AddressSet::of(std::move(ranges));
    }

    /// Either an object of ranges or one of a parameter.
    std::variant<AddressSet, ParameterName> destination() {
        std::variant<AddressSet, ParameterName> to;
        json_.object([&] {
            const std::string kind = json_.any_key();
            if (kind == "parameter") {
                ParameterName name{json_.string()};
                values_.require_parameter(name.name, {ParameterType::address});
                to = std::move(name);
            } else if (kind == "ranges") {
                to = address_ranges();
            } else {
                json_.refuse("expected the key `parameter` or `ranges`, found `" + kind + "`");
            }
        });
        return to;
    }

    std::vector<SymbolicRule> symbolic_rules() {
        std::vector<SymbolicRule> rules;
        json_.array([&] {
            json_.object([&] {
                SymbolicRule rule;
                json_.key("protocol");
                rule.protocol = protocol_of(json_.string());
                json_.key("to");
                rule.to = destination();
                rule.ports.literal = PortSet::all();
                if (has_ports(rule.protocol)) {
                    json_.key("ports");
                    rule.ports = ports();
                }
                if (!rules.empty() && !(rules.back() < rule)) {
                    json_.refuse("a rule stands here a second time, or out of order");
                }
                rules.push_back(std::move(rule));
            });
        });
        return rules;
    }

    NamedPorts named_ports(const std::string& name) {
        NamedPorts named;
        if (const std::string_view bare = std::string_view(name).substr(name.starts_with("*.") ? 2 : 0);
            !host_name_fault(bare).empty()) {
            json_.refuse("`" + name + "` is not the name of a host: " + host_name_fault(bare));
        }
        json_.map([&](const std::string& word) {
            const Protocol protocol = protocol_of(word);
            if (!named.emplace(protocol, ports()).second) {
                json_.refuse("`" + word + "` stands here a second time");
            }
        });
        return named;
    }

    void read_publication() {
        Publication publication;
        json_.object([&] {
            json_.key("protocol");
            publication.protocol = protocol_of(json_.string());
            if (!has_ports(publication.protocol)) {
                json_.refuse("only `tcp` and `udp` have ports to publish");
            }
            json_.key("port");
            if (json_.peek() == '{') {
                publication.port = parameter(ParameterType::port);
            } else {
                publication.port = port();
            }
            json_.key("on");
            publication.on = address();
        });
        if (!network_.published.empty() && !(*network_.published.rbegin() < publication)) {
            json_.refuse("a port is published here a second time, or out of order");
        }
        network_.published.insert(std::move(publication));
    }

    CanonicalValues& values_;
    CanonicalReader& json_;
    Network network_;
};

}  // namespace

Network read_network(CanonicalValues& values) {
    return NetworkReader(values).read();
}

}  // namespace sbx::policy
