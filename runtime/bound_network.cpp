// Binds a filtered network. See the header.
#include "runtime/bound_network.hpp"

#include "runtime/artifact_format.hpp"
#include "runtime/filter_fill.hpp"
#include "runtime/network_programs.hpp"
#include "runtime/refusal.hpp"

namespace sbx::runtime {

namespace {

std::vector<std::string> transactions_of(const Bundle& bundle, const NetworkDeclaration& network, const std::string& fill,
                                         std::string& all) {
    std::vector<std::string> files;
    for (const std::string& name : network.filter) {
        files.push_back(bundle.read(name));
        if (files.back().substr(0, format::filter_magic.size() + 1) != std::string(format::filter_magic) + "\n") {
            refuse(step::verify, quoted(name) + " does not begin with " + quoted(format::filter_magic), "compile the policy again");
        }
        all += files.back();
    }
    std::string last = fill + files.back();
    files.pop_back();
    // Without an interface there is nothing to be let through between two transactions; but one start of nft is faster than two.
    if (files.size() == 1) {
        return {files.front() + last};
    }
    files.push_back(std::move(last));
    return files;
}

/// Addresses that the policy is about, those of parameters included.
std::vector<SpanV4> taken_addresses(const Bundle& bundle, const NetworkDeclaration& network, const Values& values) {
    std::vector<SpanV4> taken = addresses_in(bundle.read(std::string(format::policy_file)));
    for (const SetFill& fill : network.fill) {
        if (fill.family != FillFamily::port) {
            const std::vector<SpanV4> more = addresses_in('"' + canonical_address(values.at(fill.parameter)).text + '"');
            taken.insert(taken.end(), more.begin(), more.end());
        }
    }
    return taken;
}

}  // namespace

std::optional<BoundNetwork> bind_network(const CommandLine& line, const Bundle& bundle, const Values& values,
                                         const Identity& identity) {
    const NetworkDeclaration& network = bundle.manifest().network;
    const std::optional<Macvlan> macvlan = bind_macvlan(line, network, identity);
    if (network.mode != NetworkMode::filtered) {
        return std::nullopt;
    }
    BoundNetwork result;
    result.nft = nft_program();
    result.wants_ipv6 = network.ipv6;
    if (macvlan) {
        result.macvlan = macvlan;
        result.inside = network_of(*macvlan);
    } else {
        result.inside = choose_virtual_network(taken_addresses(bundle, network, values));
        result.kind = network.helper;
        result.helper = network.helper == UserNetwork::pasta ? pasta_program(network, result.inside, values)
                                                             : slirp4netns_program(result.inside);
        check_tun(identity);
    }
    result.names = network.names;
    if (network.resolver) {
        result.resolver = dnsmasq_program(network, values);
        result.resolver_configuration = bundle.read(*network.resolver);
    }
    result.host = read_host_addresses();
    std::string all;
    result.transactions = transactions_of(bundle, network, fill_sets(network, values, result.host, result.inside), all);
    result.filter_digest = hex_digest(all);
    return result;
}

}  // namespace sbx::runtime
