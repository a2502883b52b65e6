// The mistakes that packet filters are known for: a rule lost, turned round, too wide by a bit, a port or a protocol. A rule with
// many networks stands for each of them by its first and its last.
#include "compiler/policy/mutants_network.hpp"

#include "compiler/policy/filtered_network.hpp"
#include "compiler/policy/network_text.hpp"
#include "compiler/policy/socket_families.hpp"
#include "compiler/policy/standard_fragments.hpp"
#include "compiler/policy/statement_text.hpp"

namespace sbx::policy {
namespace {

constexpr std::uint16_t highest_port = 65535;

/// The bit with this number, from the last one on.
std::uint8_t& byte_of(Address& address, unsigned bit) {
    return address.bytes.at((address.family == Family::ipv4 ? 3U : 15U) - bit / 8);
}
std::uint8_t mask_of(unsigned bit) {
    return static_cast<std::uint8_t>(1U << bit % 8);
}

/// The network with a prefix shorter by one bit that holds this one; nullopt for what is no single network, or a whole family.
std::optional<AddressRange> wider_prefix(AddressRange range) {
    const unsigned bits = range.first.family == Family::ipv4 ? 32 : 128;
    Address filled = range.first;
    unsigned host_bits = 0;
    while (host_bits < bits && filled != range.last && (byte_of(range.first, host_bits) & mask_of(host_bits)) == 0) {
        byte_of(filled, host_bits) |= mask_of(host_bits);
        ++host_bits;
    }
    if (filled != range.last || host_bits == bits) {
        return std::nullopt;
    }
    byte_of(range.first, host_bits) &= static_cast<std::uint8_t>(~mask_of(host_bits));
    byte_of(range.last, host_bits) |= mask_of(host_bits);
    return range;
}

class NetworkMutants {
public:
    NetworkMutants(const Policy& policy, const std::function<void(const Mutant&)>& body) : policy_(policy), body_(body) {
        for (const NetworkRule& rule : policy.network.rules) {
            if (rule.statement == NetworkStatement::resolver) {
                resolver_origin_ = rule.origin;
            } else {
                rules_.push_back(rule);
            }
        }
    }

    std::size_t make() {
        MutationPace pace(rules_.size());
        for (std::size_t at = 0; at < rules_.size(); ++at) {
            const NetworkRule rule = rules_[at];
            if (!rule.origin.known() || is_standard(rule.origin) || !pace.takes()) {
                continue;
            }
            drop(at);
            if (rule.statement == NetworkStatement::allow || rule.statement == NetworkStatement::deny) {
                turn_round(at);
                widen_prefix(at, true);
                widen_prefix(at, false);
                widen_ports(at);
                widen_protocol(at);
            }
        }
        if (!policy_.network.resolvers.empty() && resolver_origin_.known() && !is_standard(resolver_origin_)) {
            hand_on("without `resolver`", resolver_origin_, rules_, {}, Askable::yes);
        }
        return pace.passed();
    }

private:
    void hand_on(std::string change, const Origin& origin, std::vector<NetworkRule> rules, std::vector<ResolverAddress> resolvers,
                 Askable askable) {
        Mutant mutant{std::move(change), origin, askable, policy_};
        mutant.policy.network = off_if_closed(filtered_network(policy_.parameters, std::move(rules), std::move(resolvers),
                                                               resolver_origin_, policy_.network.mode.origin));
        settle_sockets(mutant.policy);
        body_(mutant);
    }
    void replace(std::size_t at, NetworkRule other) {
        std::string change = in_backquotes(to_statement(other)) + " for " + in_backquotes(to_statement(rules_[at]));
        const Origin origin = rules_[at].origin;
        std::vector<NetworkRule> rules = rules_;
        rules[at] = std::move(other);
        hand_on(std::move(change), origin, std::move(rules), policy_.network.resolvers, Askable::yes);
    }

    void drop(std::size_t at) {
        const NetworkRule& rule = rules_[at];
        const bool asks = rule.statement == NetworkStatement::allow || rule.statement == NetworkStatement::deny ||
                          (rule.statement == NetworkStatement::unblock && rule.ports.empty());
        std::vector<NetworkRule> rules = rules_;
        rules.erase(rules.begin() + static_cast<std::ptrdiff_t>(at));
        hand_on("without " + in_backquotes(to_statement(rule)), rule.origin, std::move(rules), policy_.network.resolvers,
                asks ? Askable::yes : Askable::no_request);
    }
    void turn_round(std::size_t at) {
        NetworkRule other = rules_[at];
        if (!other.names.empty()) {
            return;  // no name can be denied
        }
        other.allows = !other.allows;
        other.statement = other.allows ? NetworkStatement::allow : NetworkStatement::deny;
        replace(at, std::move(other));
    }
    void widen_prefix(std::size_t at, bool first) {
        const std::vector<AddressRange>& ranges = rules_[at].addresses.ranges();
        if (ranges.empty() || (!first && ranges.size() == 1)) {
            return;
        }
        if (const auto wider = wider_prefix(first ? ranges.front() : ranges.back())) {
            NetworkRule other = rules_[at];
            other.addresses.add(*wider);
            replace(at, std::move(other));
        }
    }
    void widen_ports(std::size_t at) {
        NetworkRule other = rules_[at];
        if (other.ports.literal.empty() || other.ports.literal == PortSet::all()) {
            return;
        }
        const std::uint16_t highest = other.ports.literal.ranges().back().last;
        if (highest != highest_port) {
            const auto next = static_cast<std::uint16_t>(highest + 1);
            other.ports.literal.add({next, next});
            replace(at, other);
        }
        other.ports = Ports{PortSet::all(), {}};
        replace(at, std::move(other));
    }
    void widen_protocol(std::size_t at) {
        NetworkRule other = rules_[at];
        if (other.protocols != ProtocolSet{Protocol::tcp} && other.protocols != ProtocolSet{Protocol::udp}) {
            return;
        }
        other.protocols = {*other.protocols.begin() == Protocol::tcp ? Protocol::udp : Protocol::tcp};
        replace(at, std::move(other));
    }

    const Policy& policy_;
    const std::function<void(const Mutant&)>& body_;
    std::vector<NetworkRule> rules_;
    Origin resolver_origin_;
};

void change_mode(const Policy& policy, NetworkMode mode, const std::function<void(const Mutant&)>& body) {
    const auto text = [](NetworkMode each) {
        return each == NetworkMode::filtered ? std::string("`network { … }`")
                                             : in_backquotes("network " + std::string(to_text(each)));
    };
    Mutant mutant{text(mode) + " for " + text(policy.network.mode.value), policy.network.mode.origin, Askable::yes, policy};
    mutant.policy.network = Network();
    mutant.policy.network.mode = {mode, policy.network.mode.origin};
    settle_sockets(mutant.policy);
    body(mutant);
}

}  // namespace

std::size_t mutate_network(const Policy& policy, const std::function<void(const Mutant&)>& body) {
    if (policy.network.mode.value != NetworkMode::host) {
        change_mode(policy, NetworkMode::host, body);
    }
    if (policy.network.mode.value != NetworkMode::off) {
        change_mode(policy, NetworkMode::off, body);
    }
    if (policy.network.mode.value == NetworkMode::filtered) {
        return NetworkMutants(policy, body).make();
    }
    return 0;
}

}  // namespace sbx::policy
