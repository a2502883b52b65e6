// The network in policy.json; see canonical_json.cpp. Protocols stand in the order of their words, addresses as RFC 5952 has them.
#include "compiler/policy/canonical_network.hpp"

#include <algorithm>
#include <vector>

namespace sbx::policy {
namespace {

void write(JsonWriter& json, const PortSet& ports) {
    json.row_array([&] {
        for (const PortRange& range : ports.ranges()) {
            json.array([&] {
                json.number(range.first);
                json.number(range.last);
            });
        }
    });
}

void write(JsonWriter& json, const Ports& ports) {
    json.object([&] {
        json.key("ranges");
        write(json, ports.literal);
        json.key("parameters").array([&] {
            for (const std::string& name : ports.parameters) {
                json.string(name);
            }
        });
    });
}

void write(JsonWriter& json, const ParameterName& parameter) {
    json.object([&] { json.key("parameter").string(parameter.name); });
}

void write(JsonWriter& json, const Reaches& list, bool with_ports) {
    json.array([&] {
        for (const Reach& reach : list) {
            json.row_object([&] {
                json.key("addresses").string(to_text(reach.addresses));
                if (with_ports) {
                    json.key("ports");
                    write(json, reach.ports);
                }
            });
        }
    });
}

/// What several protocols of one kind reach stands there once.
void write(JsonWriter& json, const Traffic& traffic) {
    std::vector<std::vector<Protocol>> groups;
    for (const Protocol protocol : protocols_by_word) {
        const auto found = traffic.reaches().find(protocol);
        if (found == traffic.reaches().end()) {
            continue;
        }
        const auto same = std::find_if(groups.begin(), groups.end(), [&, &list = found->second](const auto& group) {
            return has_ports(group.front()) == has_ports(protocol) && traffic.reaches().at(group.front()) == list;
        });
        if (same != groups.end()) {
            same->push_back(protocol);
        } else {
            groups.push_back({protocol});
        }
    }
    json.array([&] {
        for (const std::vector<Protocol>& group : groups) {
            json.object([&] {
                json.key("protocols").row_array([&] {
                    for (const Protocol protocol : group) {
                        json.string(to_text(protocol));
                    }
                });
                json.key("to");
                write(json, traffic.reaches().at(group.front()), has_ports(group.front()));
            });
        }
    });
}

void write(JsonWriter& json, const AddressSet& addresses) {
    json.object([&] {
        json.key("ranges").array([&] {
            for (const AddressRange& range : addresses.ranges()) {
                json.row_array([&] {
                    json.string(to_text(range.first));
                    json.string(to_text(range.last));
                });
            }
        });
    });
}

void write(JsonWriter& json, const std::vector<SymbolicRule>& rules) {
    json.array([&] {
        for (const SymbolicRule& rule : rules) {
            json.object([&] {
                json.key("protocol").string(to_text(rule.protocol));
                json.key("to");
                std::visit([&](const auto& to) { write(json, to); }, rule.to);
                if (has_ports(rule.protocol)) {
                    json.key("ports");
                    write(json, rule.ports);
                }
            });
        }
    });
}

void write(JsonWriter& json, const std::map<std::string, NamedPorts>& names) {
    json.object([&] {
        for (const auto& [name, named] : names) {
            json.key(name).object([&, &ports = named] {
                for (const Protocol protocol : protocols_by_word) {
                    if (const auto found = ports.find(protocol); found != ports.end()) {
                        json.key(to_text(protocol));
                        write(json, found->second);
                    }
                }
            });
        }
    });
}

void write(JsonWriter& json, const Unblocked& unblocked) {
    json.object([&] {
        json.key("host");
        write(json, unblocked.host);
        json.key("link_local").boolean(unblocked.link_local);
        json.key("metadata").boolean(unblocked.metadata);
    });
}

void write(JsonWriter& json, const Publication& publication) {
    json.object([&] {
        json.key("protocol").string(to_text(publication.protocol));
        json.key("port");
        if (const auto* const parameter = std::get_if<ParameterName>(&publication.port)) {
            write(json, *parameter);
        } else {
            json.number(std::get<std::uint16_t>(publication.port));
        }
        json.key("on").string(to_text(publication.on));
    });
}

void write_filter(JsonWriter& json, const Network& network) {
    json.key("allowed");
    write(json, network.allowed);
    json.key("denied");
    write(json, network.denied);
    json.key("symbolic_allowed");
    write(json, network.symbolic_allowed);
    json.key("symbolic_denied");
    write(json, network.symbolic_denied);
    json.key("names");
    write(json, network.names);
    json.key("resolvers").array([&] {
        for (const ResolverAddress& resolver : network.resolvers) {
            if (const auto* const parameter = std::get_if<ParameterName>(&resolver)) {
                write(json, *parameter);
            } else {
                json.string(to_text(std::get<Address>(resolver)));
            }
        }
    });
    json.key("unblocked");
    write(json, network.unblocked);
    json.key("publish").array([&] {
        for (const Publication& publication : network.published) {
            write(json, publication);
        }
    });
}

}  // namespace

void write_network(JsonWriter& json, const Network& network) {
    json.object([&] {
        json.key("mode").string(to_text(network.mode.value));
        if (network.mode.value == NetworkMode::filtered) {
            write_filter(json, network);
        }
    });
}

}  // namespace sbx::policy
