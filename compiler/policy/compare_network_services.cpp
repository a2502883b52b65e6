// Who is asked for names, which parts of the floor are open, and what the host can reach inside.
#include "compiler/policy/compare_network.hpp"
#include "compiler/policy/network_text.hpp"

#include <algorithm>

namespace sbx::policy {
namespace {

std::string resolvers_text(const std::vector<ResolverAddress>& resolvers) {
    std::string text;
    for (const ResolverAddress& resolver : resolvers) {
        const auto* const parameter = std::get_if<ParameterName>(&resolver);
        text += (text.empty() ? "" : " ") + (parameter != nullptr ? "$" + parameter->name : to_text(std::get<Address>(resolver)));
    }
    return text;
}

Origin origin_of(const Network& network, NetworkStatement statement) {
    const auto rule = std::find_if(network.rules.begin(), network.rules.end(),
                                   [&](const NetworkRule& each) { return each.statement == statement; });
    return rule == network.rules.end() ? network.mode.origin : rule->origin;
}

RegionSide side_of(const Network& network, NetworkStatement statement, const std::string& words, const std::string& text) {
    return {words, text, origin_of(network, statement)};
}

void add(Regions& regions, Relation relation, const std::string& subject, RegionSide before, RegionSide after, std::string claim) {
    Region region = setting_region(Domain::network, relation, subject, std::move(before), std::move(after));
    region.claim = std::move(claim);
    region.weight = relation == Relation::equivalent ? 1 : network_weight;
    regions.push_back(std::move(region));
}

void compare_resolvers(const NetworkPair& pair, Regions& regions) {
    const auto& before = pair.before.network.resolvers;
    const auto& after = pair.after.network.resolvers;
    if (before == after) {
        return;
    }
    const std::set<ResolverAddress> old_ones(before.begin(), before.end());
    const std::set<ResolverAddress> new_ones(after.begin(), after.end());
    const bool no_more = std::includes(old_ones.begin(), old_ones.end(), new_ones.begin(), new_ones.end());
    const bool no_less = std::includes(new_ones.begin(), new_ones.end(), old_ones.begin(), old_ones.end());
    const auto side = [](const Network& network) {
        const std::string text = resolvers_text(network.resolvers);
        return text.empty() ? RegionSide{"none", "", network.mode.origin}
                            : side_of(network, NetworkStatement::resolver, text, "resolver " + text);
    };
    const RegionSide left = side(pair.before.network);
    const RegionSide right = side(pair.after.network);
    add(regions, relation_of(no_more, no_less), "resolver", left, right,
        after.empty() ? "asks no name server any more" : "asks the name servers " + right.words + ", which were " + left.words);
    Request request;
    request.kind = RequestKind::resolve;
    request.name = "example.org";
    add_witness(regions.back(), pair.before, pair.after, request);
}

bool meets(const Traffic& traffic, const AddressSet& addresses) {
    return !traffic.common(all_traffic(addresses)).empty();
}

void compare_floor(const NetworkPair& pair, const std::string& word, bool before, bool after, Regions& regions) {
    if (before == after) {
        return;
    }
    const AddressSet addresses = named_addresses("@" + word);
    const bool matters = after ? meets(pair.after.network.allowed.united(pair.brought_after), addresses)
                               : meets(pair.before.network.allowed.united(pair.brought_before), addresses);
    const auto side = [&](const Network& network, bool open) {
        return open ? side_of(network, NetworkStatement::unblock, "open where allowed", "unblock " + word)
                    : RegionSide{"denied", "", network.mode.origin};
    };
    add(regions,
        !matters ? Relation::equivalent
        : after  ? Relation::wider
                 : Relation::narrower,
        "@" + word, side(pair.before.network, before), side(pair.after.network, after),
        after ? "can reach @" + word + " where a statement allows it, which was denied" : "can no longer reach @" + word);
}

void compare_host_ports(const NetworkPair& pair, Regions& regions) {
    const Ports& before = pair.before.network.unblocked.host;
    const Ports& after = pair.after.network.unblocked.host;
    if (before == after) {
        return;
    }
    const auto within = [](const ParameterTable& parameters, const Ports& a, const Ports& b) {
        return a.literal.without(b.literal).empty() && std::all_of(a.parameters.begin(), a.parameters.end(), [&](const auto& name) {
                   return b.parameters.count(name) != 0 || values_of_port(parameters, name).without(b.literal).empty();
               });
    };
    const auto words = [](const Ports& ports) {
        const std::string text = to_text(ports);
        return ports.empty() ? std::string("no port") : text.empty() ? std::string("every port") : "port " + text;
    };
    const auto side = [&](const Network& network) {
        const Ports& ports = network.unblocked.host;
        return ports.empty() ? RegionSide{"no port", "", network.mode.origin}
                             : side_of(network, NetworkStatement::unblock, words(ports),
                                       "unblock host" + (to_text(ports).empty() ? "" : " port " + to_text(ports)));
    };
    add(regions, relation_of(within(pair.after.parameters, after, before), within(pair.before.parameters, before, after)), "host",
        side(pair.before.network), side(pair.after.network),
        "can reach " + words(after) + " of the host's own addresses where a statement allows it, which was " + words(before));
}

void compare_published(const NetworkPair& pair, Regions& regions) {
    std::set<Publication> all = pair.before.network.published;
    all.insert(pair.after.network.published.begin(), pair.after.network.published.end());
    for (const Publication& publication : all) {
        const bool was = pair.before.network.published.count(publication) != 0;
        const bool is = pair.after.network.published.count(publication) != 0;
        if (was == is) {
            continue;
        }
        const std::string text = publication_text(publication);
        const auto side = [&](const Network& network, bool there) {
            return there ? side_of(network, NetworkStatement::publish, "published", text)
                         : RegionSide{"not published", "", network.mode.origin};
        };
        const std::string what = text.substr(std::string_view("publish ").size());
        add(regions, is ? Relation::wider : Relation::narrower, text, side(pair.before.network, was), side(pair.after.network, is),
            is ? "can be reached by the host at " + what : "can no longer be reached by the host at " + what);
    }
}

}  // namespace

void compare_services(const NetworkPair& pair, Regions& regions) {
    const Unblocked& before = pair.before.network.unblocked;
    const Unblocked& after = pair.after.network.unblocked;
    compare_resolvers(pair, regions);
    compare_floor(pair, "link-local", before.link_local, after.link_local, regions);
    compare_floor(pair, "metadata", before.metadata, after.metadata, regions);
    compare_host_ports(pair, regions);
    compare_published(pair, regions);
}

}  // namespace sbx::policy
