// Kinds of packets, by the numbers of the RFCs; see the header.
#include "compiler/verify/packet_kinds.hpp"

#include "runtime/artifact_format.hpp"

#include <algorithm>

namespace sbx::verify {
namespace {

constexpr std::uint64_t echo_request = 8;
constexpr std::uint64_t echo_request_6 = 128;
/// One that programs get where they ask for none.
constexpr std::uint64_t ordinary_port = 40000;

/// Both sides of both ends.
void mention(const NftRuleset& ruleset, const NftMatch& match, std::uint64_t largest, std::set<std::uint64_t>& values) {
    const auto& elements = match.set.empty() ? match.elements : ruleset.sets().find(match.set)->second.elements;
    for (const NftElement& element : elements) {
        for (const std::uint64_t value :
             {element.value.first.low - 1, element.value.first.low, element.value.last.low, element.value.last.low + 1}) {
            if (value <= largest) {
                values.insert(value);
            }
        }
    }
}

bool is_version_6(const PacketKind& packets) {
    return packets.family == policy::Family::ipv6;
}

bool is_type(const PacketKind& packets, std::initializer_list<std::uint64_t> types) {
    return is_icmp(packets) && std::find(types.begin(), types.end(), packets.icmp_type) != types.end();
}

std::string state_words(std::uint64_t state) {
    switch (state) {
        case state_related:
            return " in state `related`";
        case state_invalid:
            return " in state `invalid`";
        case state_untracked:
            return " in state `untracked`";
        case state_established:
            return " in state `established`";
        default:
            return "";
    }
}

}  // namespace

Mentioned mentioned_in(const NftRuleset& ruleset, const policy::Network& network) {
    // SCTP and GRE; of ICMP what has a meaning to a host.
    Mentioned mentioned{{protocol_icmp, protocol_tcp, protocol_udp, protocol_icmpv6, 47, 132},
                        {ordinary_port, 1, format::resolver_query_port},
                        {0, 3, 4, 5, 8, 9, 10, 11, 12, 13, 14, 17, 42, 255},
                        {1, 2, 3, 4, 100, 128, 129, 130, 131, 132, 133, 134, 135, 136, 137, 143, 160, 255}};
    for (const policy::Publication& publication : network.published) {
        if (const auto* const port = std::get_if<std::uint16_t>(&publication.port)) {
            mentioned.source_ports.insert(*port);
        }
    }
    for (const auto& [name, chain] : ruleset.chains()) {
        for (const NftRule& rule : chain.rules) {
            for (const NftMatch& match : rule.matches) {
                const NftField field = match.fields.front();
                if (field == NftField::l4proto) {
                    mention(ruleset, match, 255, mentioned.protocols);
                } else if (field == NftField::icmp_type) {
                    mention(ruleset, match, 255, mentioned.icmp_types);
                } else if (field == NftField::icmpv6_type) {
                    mention(ruleset, match, 255, mentioned.icmpv6_types);
                } else if (field == NftField::tcp_sport || field == NftField::udp_sport || field == NftField::th_sport) {
                    mention(ruleset, match, 65535, mentioned.source_ports);
                }
            }
        }
    }
    return mentioned;
}

std::vector<PacketKind> variants(const PacketKind& base, const Mentioned& mentioned) {
    std::vector<PacketKind> result;
    for (const std::uint64_t protocol : mentioned.protocols) {
        PacketKind packets = base;
        packets.protocol = protocol;
        if (protocol == protocol_tcp || protocol == protocol_udp) {
            for (const std::uint64_t port : mentioned.source_ports) {
                packets.source_port = static_cast<std::uint16_t>(port);
                result.push_back(packets);
            }
        } else if (is_icmp(packets)) {
            for (const std::uint64_t type : is_version_6(packets) ? mentioned.icmpv6_types : mentioned.icmp_types) {
                packets.icmp_type = type;
                result.push_back(packets);
            }
        } else {
            result.push_back(packets);
        }
    }
    // What is ordinary comes first: a finding about it says most.
    std::stable_partition(result.begin(), result.end(), [](const auto& each) { return each.source_port == ordinary_port; });
    return result;
}

bool is_icmp(const PacketKind& packets) {
    return packets.protocol == (is_version_6(packets) ? protocol_icmpv6 : protocol_icmp);
}

std::optional<policy::Protocol> policy_protocol(const PacketKind& packets) {
    if (packets.protocol == protocol_tcp) {
        return policy::Protocol::tcp;
    }
    if (packets.protocol == protocol_udp) {
        return policy::Protocol::udp;
    }
    if (!is_icmp(packets)) {
        return policy::Protocol::other;
    }
    const bool is_echo = packets.icmp_type == (is_version_6(packets) ? echo_request_6 : echo_request);
    return is_echo ? std::optional(policy::Protocol::icmp) : std::nullopt;
}

bool is_echo_reply(const PacketKind& packets) {
    return is_type(packets, {is_version_6(packets) ? 129U : 0U});
}
bool is_neighbour_discovery(const PacketKind& packets) {
    return is_version_6(packets) && is_type(packets, {135, 136});
}
bool is_router_discovery(const PacketKind& packets) {
    return is_version_6(packets) && is_type(packets, {packets.hook == Hook::input ? 134U : 133U});
}
bool is_icmp_error(const PacketKind& packets) {
    return is_version_6(packets) ? is_type(packets, {1, 2, 3, 4}) : is_type(packets, {3, 11, 12});
}
bool is_too_big(const PacketKind& packets) {
    return is_type(packets, {is_version_6(packets) ? 2U : 3U});
}

PacketWords words_for(const PacketKind& packets) {
    PacketWords words;
    const auto protocol = policy_protocol(packets);
    if (!protocol) {
        words.protocol = (is_version_6(packets) ? "ICMPv6 type " : "ICMP type ") + std::to_string(packets.icmp_type);
    } else if (*protocol == policy::Protocol::other) {
        words.protocol = "protocol " + std::to_string(packets.protocol);
    } else {
        words.protocol = to_text(*protocol);
    }
    const bool has_ports = packets.protocol == protocol_tcp || packets.protocol == protocol_udp;
    if (has_ports && packets.source_port != ordinary_port) {
        words.condition += " from source port " + std::to_string(packets.source_port);
    }
    words.condition += state_words(packets.state);
    const std::uint64_t interface = packets.hook == Hook::input ? packets.in : packets.out;
    if (packets.hook == Hook::forward) {
        words.condition += " that is only forwarded";
    } else if (interface != interface_outside) {
        words.condition += interface == interface_loopback ? " over loopback" : " over an interface other than `tap0`";
    }
    if (packets.loose_source_route || packets.strict_source_route) {
        words.condition += packets.loose_source_route ? " with a loose source route" : " with a strict source route";
    }
    if (packets.routing_type) {
        words.condition += " with a routing header of type " + std::to_string(*packets.routing_type);
    }
    return words;
}

}  // namespace sbx::verify
