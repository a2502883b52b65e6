// What a filtered network is made of, in the kernel's words: sets of addresses and ports, and rules that look packets up in them.
// Which rules every filter has, whatever the policy, the emitter knows; what stands here is what the policy decides.
#pragma once

#include "compiler/policy/policy.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace sbx::plan {

enum class SetKey : std::uint8_t {
    endpoint,  ///< intervals of addresses, each with an interval of ports
    network,   ///< intervals of addresses
    address,   ///< single addresses, filled at launch or later
    port       ///< single ports, filled at launch
};
struct FilterElement {
    policy::AddressRange addresses;
    policy::PortRange ports;      ///< of an endpoint
    std::vector<Origin> origins;  ///< of the statements that say it: the first few
    friend bool operator==(const FilterElement& a, const FilterElement& b) {
        return a.addresses == b.addresses && a.ports == b.ports;
    }
};
/// Elements are sorted and disjoint.
struct FilterSet {
    std::string name;
    SetKey key = SetKey::endpoint;
    policy::Family family = policy::Family::ipv4;  ///< not of a port
    std::vector<FilterElement> elements;           ///< none where the launcher or the resolver fills it
    friend bool operator==(const FilterSet&, const FilterSet&) = default;
};
/// It holds more than single addresses, with single ports where they have one; so does one that is empty. The kernel hashes a set
/// of single things, and searches one of intervals.
[[nodiscard]] bool has_interval(const FilterSet& set);

/// Names a set of ports.
struct PortSetName {
    std::string set;
    friend bool operator==(const PortSetName&, const PortSetName&) = default;
};
/// monostate: they are part of the set's key, or the protocol has none.
using RulePorts = std::variant<std::monostate, policy::PortSet, PortSetName>;

/// Packets of one protocol and family to what `destinations` holds. `icmp` is an echo request.
struct FilterRule {
    policy::Protocol protocol = policy::Protocol::tcp;
    policy::Family family = policy::Family::ipv4;
    std::string destinations;  ///< a set
    /// All addresses of the set are among these; named where the set is one of several, so that a packet is looked up in few of
    /// them.
    std::optional<policy::AddressRange> within;
    SetKey key = SetKey::endpoint;
    RulePorts ports;
    bool from_resolver = false;  ///< only from the port that the sandbox's own resolver asks from
    std::vector<Origin> origins;
    friend bool operator==(const FilterRule& a, const FilterRule& b) {
        return a.protocol == b.protocol && a.family == b.family && a.destinations == b.destinations && a.within == b.within &&
               a.key == b.key && a.ports == b.ports && a.from_resolver == b.from_resolver;
    }
};

/// A set that gets the value of a launch parameter.
enum class FillFamily : std::uint8_t { ipv4, ipv6, port };
struct FilterFill {
    std::string set;
    std::string parameter;
    FillFamily family = FillFamily::ipv4;
    friend bool operator==(const FilterFill&, const FilterFill&) = default;
};

/// What the sandbox's own resolver does with one domain and with all names below it.
struct ResolvedDomain {
    std::string domain;   ///< without `*.`
    bool itself = false;  ///< the name itself is answered
    bool below = false;   ///< names below it are answered
    std::vector<Origin> origins;
    std::vector<std::string> sets;  ///< of addresses, without `_4` and `_6`: what it answers goes into each
    friend bool operator==(const ResolvedDomain& a, const ResolvedDomain& b) {
        return a.domain == b.domain && a.itself == b.itself && a.below == b.below && a.sets == b.sets;
    }
};
struct ResolverPlan {
    std::vector<ResolvedDomain> domains;    ///< sorted by domain, each once
    std::vector<policy::Address> upstream;  ///< literal resolvers, in the order of the policy
    std::vector<std::string> parameters;    ///< resolvers that are parameters
    friend bool operator==(const ResolverPlan&, const ResolverPlan&) = default;
};

enum class NetworkHelper : std::uint8_t { slirp4netns, pasta };
[[nodiscard]] std::string_view to_text(NetworkHelper helper);

/// Of a network that is not filtered, nothing of this is used.
struct FilterPlan {
    std::vector<FilterSet> sets;           ///< sorted by what they are for; all of them, filled or not
    policy::Ports host_ports;              ///< of the host's own addresses: left to the allowances; all else of the host is refused
    std::vector<FilterRule> denials;       ///< before any allowance
    std::vector<FilterRule> allowances;    ///< in no particular order
    std::vector<FilterFill> fill;          ///< sorted by set
    std::optional<ResolverPlan> resolver;  ///< where names are allowed
    std::vector<policy::Publication> publish;
    NetworkHelper helper = NetworkHelper::slirp4netns;
    bool ipv6 = false;  ///< something of IPv6 may be reached or published
    friend bool operator==(const FilterPlan&, const FilterPlan&) = default;
};

}  // namespace sbx::plan
