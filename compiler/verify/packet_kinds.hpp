// The kinds of packets that a filter is judged by: one for each thing that its rules could tell apart, and those that nobody
// thought of.
#pragma once

#include "compiler/policy/traffic.hpp"
#include "compiler/verify/nft_program.hpp"
#include "compiler/verify/traffic_difference.hpp"

#include <optional>
#include <set>
#include <vector>

namespace sbx::verify {

inline constexpr std::uint64_t protocol_icmp = 1;
inline constexpr std::uint64_t protocol_tcp = 6;
inline constexpr std::uint64_t protocol_udp = 17;
inline constexpr std::uint64_t protocol_icmpv6 = 58;

/// What a ruleset's rules mention, and what is always tried.
struct Mentioned {
    std::set<std::uint64_t> protocols;
    std::set<std::uint64_t> source_ports;
    std::set<std::uint64_t> icmp_types;
    std::set<std::uint64_t> icmpv6_types;
};
[[nodiscard]] Mentioned mentioned_in(const NftRuleset& ruleset, const policy::Network& network);

/// `base` in every protocol, source port and ICMP type of its family.
[[nodiscard]] std::vector<PacketKind> variants(const PacketKind& base, const Mentioned& mentioned);

[[nodiscard]] bool is_icmp(const PacketKind& packets);
/// The policy's word for them; nullopt for ICMP that is no echo request, for which it has none.
[[nodiscard]] std::optional<policy::Protocol> policy_protocol(const PacketKind& packets);
[[nodiscard]] bool is_echo_reply(const PacketKind& packets);
/// RFC 4861: solicitations and advertisements of neighbours.
[[nodiscard]] bool is_neighbour_discovery(const PacketKind& packets);
/// Asks for routers, or is a router's answer.
[[nodiscard]] bool is_router_discovery(const PacketKind& packets);
/// An error about an earlier packet, the path's MTU included.
[[nodiscard]] bool is_icmp_error(const PacketKind& packets);
/// What a packet that is too big for the path is answered with.
[[nodiscard]] bool is_too_big(const PacketKind& packets);

[[nodiscard]] PacketWords words_for(const PacketKind& packets);

}  // namespace sbx::verify
