// The parts of compare_network(). Internal to compare(). A part that lets through at most what its counterpart does, for every
// part, makes a network that is within the other.
#pragma once

#include "compiler/policy/compare_parts.hpp"
#include "compiler/policy/network_parts.hpp"

namespace sbx::policy {

/// Both policies, whose networks are off or filtered, and what follows from them.
struct NetworkPair {
    const Policy& before;
    const Policy& after;
    Traffic shut_before;  ///< floor and loopback
    Traffic shut_after;
    Traffic brought_before;  ///< what parameters and names bring, without denials and what is shut
    Traffic brought_after;
};

/// What the statement of that kind that says something of `wanted` is in the language, and where; `otherwise` where there is none.
[[nodiscard]] RegionSide said_by(const Network& network, NetworkStatement statement, Protocol protocol, const Reach& wanted,
                                 std::string words, std::string otherwise);

inline constexpr unsigned network_weight = 70;

/// A part of a set of packets: the same addresses and ports, for one protocol or for all.
struct TrafficPart {
    std::optional<Protocol> protocol;  ///< nullopt: all
    Reach reach;

    [[nodiscard]] Protocol example() const { return protocol.value_or(Protocol::tcp); }
    /// `tcp to 10.20.0.0/16 port 443`, `any to 10.0.0.9`.
    [[nodiscard]] std::string text() const;
};
[[nodiscard]] std::vector<TrafficPart> parts_of(const Traffic& traffic);
/// As a witness, if the two decide it differently.
void add_witness(Region& region, const Policy& before, const Policy& after, std::optional<Request> request);

/// Parameters in rules, and what is denied of what they bring.
void compare_symbolic_rules(const NetworkPair& pair, Regions& regions);
void compare_names(const NetworkPair& pair, Regions& regions);
/// Resolvers, what is unblocked, what is published.
void compare_services(const NetworkPair& pair, Regions& regions);

}  // namespace sbx::policy
