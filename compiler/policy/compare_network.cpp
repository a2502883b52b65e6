// What can be reached, as sets: what is in one and not in the other is a region. A network that is off reaches nothing; the host's
// reaches everything.
#include "compiler/policy/compare_network.hpp"

#include "compiler/policy/judge.hpp"
#include "compiler/policy/network_text.hpp"

#include <algorithm>

namespace sbx::policy {
namespace {

constexpr unsigned host_weight = 85;

RegionSide side_of(const Located<NetworkMode>& mode) {
    const std::string word(to_text(mode.value));
    return {word, mode.value == NetworkMode::filtered ? "" : "network " + word, mode.origin};
}

std::optional<Request> connection(Protocol protocol, const Reach& reach) {
    if (!has_ports(protocol)) {
        return std::nullopt;
    }
    Request request;
    request.kind = protocol == Protocol::udp ? RequestKind::connect_udp : RequestKind::connect_tcp;
    request.endpoint = Endpoint{reach.addresses.first, reach.ports.ranges().front().first};
    return request;
}

/// Something that a filtering network denies for every launch.
std::optional<Request> denied_always(const Policy& policy) {
    const Network& network = policy.network;
    const Traffic open =
        network.allowed.united(possible_traffic(policy.parameters, network)).united(all_traffic(named_addresses("@loopback")));
    const Traffic denied = all_traffic(named_addresses("@any")).without(open);
    const auto usual = parse_endpoint("192.0.2.1:443");
    const auto list = denied.reaches().find(Protocol::tcp);
    if (list == denied.reaches().end()) {
        return std::nullopt;
    }
    if (denied.contains(Protocol::tcp, usual->address, usual->port)) {
        Request request;
        request.kind = RequestKind::connect_tcp;
        request.endpoint = usual;
        return request;
    }
    return connection(Protocol::tcp, list->second.front());
}

/// One of the two is the host's own network.
void compare_with_host(const Policy& before, const Policy& after, Regions& regions) {
    const bool opens = after.network.mode.value == NetworkMode::host;
    Region region = setting_region(Domain::network, opens ? Relation::wider : Relation::narrower, "network",
                                   side_of(before.network.mode), side_of(after.network.mode));
    region.claim = opens ? "shares the host's network, unfiltered; it was " + region.before.words
                         : "has the network " + region.after.words + ", which was " + region.before.words;
    region.weight = host_weight;
    add_witness(region, before, after, denied_always(opens ? before : after));
    regions.push_back(std::move(region));
}

// ---- reach ------------------------------------------------------------------------------------------------------------------

void add_reach(const NetworkPair& pair, const TrafficPart& part, bool gained, Regions& regions) {
    const std::string text = part.text();
    const RegionSide open = said_by(gained ? pair.after.network : pair.before.network, NetworkStatement::allow, part.example(),
                                    part.reach, "allowed", "allow " + text);
    const RegionSide shut = said_by(gained ? pair.before.network : pair.after.network, NetworkStatement::deny, part.example(),
                                    part.reach, "denied", "");
    Region region = setting_region(Domain::network, gained ? Relation::wider : Relation::narrower, text, gained ? shut : open,
                                   gained ? open : shut);
    region.claim = std::string(gained ? "can send " : "can no longer send ") +
                   (part.protocol ? text : "anything to " + to_text(part.reach.addresses)) + (gained ? ", which was denied" : "");
    region.weight = network_weight;
    add_witness(region, pair.before, pair.after, connection(part.example(), part.reach));
    regions.push_back(std::move(region));
}

void compare_reach(const NetworkPair& pair, Regions& regions) {
    const Network& before = pair.before.network;
    const Network& after = pair.after.network;
    // A name server that came or went is told by `resolver`.
    const bool tells = before.resolvers != after.resolvers && before.names.empty() == after.names.empty();
    const Traffic came = tells ? resolver_traffic(after).without(resolver_traffic(before)) : Traffic();
    const Traffic went = tells ? resolver_traffic(before).without(resolver_traffic(after)) : Traffic();
    for (const TrafficPart& part : parts_of(after.allowed.without(before.allowed).without(came))) {
        add_reach(pair, part, true, regions);
    }
    for (const TrafficPart& part : parts_of(before.allowed.without(after.allowed).without(went))) {
        add_reach(pair, part, false, regions);
    }
}

Traffic shut_in(const Network& network) {
    return all_traffic(floor_addresses(network.unblocked)).united(all_traffic(named_addresses("@loopback")));
}

Traffic brought_in(const Policy& policy) {
    return possible_traffic(policy.parameters, policy.network).without(policy.network.denied).without(shut_in(policy.network));
}

}  // namespace

std::string TrafficPart::text() const {
    const std::string addresses = to_text(reach.addresses);
    return protocol ? reach_text(*protocol, addresses, to_text(reach.ports)) : "any to " + addresses;
}

std::vector<TrafficPart> parts_of(const Traffic& traffic) {
    std::vector<TrafficPart> parts;
    Traffic everything = all_traffic(addresses_of(traffic, Protocol::other));
    for (const Protocol protocol : all_protocols) {  // where all four have every port
        const auto list = traffic.reaches().find(protocol);
        std::vector<AddressRange> whole;
        for (const Reach& reach : list == traffic.reaches().end() ? Reaches() : list->second) {
            if (reach.ports == PortSet::all()) {
                whole.push_back(reach.addresses);
            }
        }
        everything = everything.common(all_traffic(AddressSet::of(std::move(whole))));
    }
    if (const auto list = everything.reaches().find(Protocol::other); list != everything.reaches().end()) {
        for (const Reach& reach : list->second) {
            parts.push_back({std::nullopt, reach});
        }
    }
    const Traffic rest = traffic.without(everything);
    for (const auto& [protocol, list] : rest.reaches()) {
        for (const Reach& reach : list) {
            parts.push_back({protocol, reach});
        }
    }
    return parts;
}

void add_witness(Region& region, const Policy& before, const Policy& after, std::optional<Request> request) {
    if (request && decide(before, *request).verdict != decide(after, *request).verdict) {
        region.witness = to_text(*request);
        region.request = std::move(request);
    }
}

RegionSide said_by(const Network& network, NetworkStatement statement, Protocol protocol, const Reach& wanted, std::string words,
                   std::string otherwise) {
    const auto meets = [&](const NetworkRule& rule) {
        const auto& ranges = rule.addresses.ranges();
        const auto near = std::lower_bound(ranges.begin(), ranges.end(), wanted.addresses.first,
                                           [](const AddressRange& range, const Address& first) { return range.last < first; });
        return near != ranges.end() && near->first <= wanted.addresses.last &&
               (!has_ports(protocol) || !rule.ports.literal.common(wanted.ports).empty());
    };
    for (const NetworkRule& rule : network.rules) {
        const bool fits = rule.statement == statement || (statement == NetworkStatement::allow && rule.allows);
        if (fits && rule.protocols.contains(protocol) && meets(rule)) {
            return {std::move(words), to_statement(rule), rule.origin};
        }
    }
    return {std::move(words), std::move(otherwise), network.mode.origin};
}

void compare_network(const Policy& before, const Policy& after, Regions& regions) {
    if (before.network == after.network) {
        return;
    }
    if (before.network.mode.value == NetworkMode::host || after.network.mode.value == NetworkMode::host) {
        compare_with_host(before, after, regions);
        return;
    }
    const NetworkPair pair{before, after, shut_in(before.network), shut_in(after.network), brought_in(before), brought_in(after)};
    const std::size_t known = regions.size();
    compare_reach(pair, regions);
    compare_symbolic_rules(pair, regions);
    compare_names(pair, regions);
    compare_services(pair, regions);
    if (regions.size() == known) {  // two ways to say one thing that the normal form does not see as one
        Region region = setting_region(Domain::network, Relation::equivalent, "network", side_of(before.network.mode),
                                       side_of(after.network.mode));
        region.claim = "says the same about the network in another way";
        regions.push_back(std::move(region));
    }
}

}  // namespace sbx::policy
