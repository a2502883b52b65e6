// What may be reached, in the order of the language reference: loopback, the floor, denials, allowances, and nothing else. What
// depends on a parameter, or on what a name service answers, is said to depend on the launch.
#include "compiler/policy/decide_network.hpp"

#include "compiler/policy/network_parts.hpp"
#include "compiler/policy/network_text.hpp"

#include <algorithm>

namespace sbx::policy {
namespace {

/// For how many values of the parameters something is so.
enum class Matches : std::uint8_t { none, some, every };

Matches both(Matches a, Matches b) {
    return std::min(a, b);
}

class Connection {
public:
    Connection(const Policy& policy, const Request& request)
        : policy_(policy),
          network_(policy.network),
          protocol_(request.kind == RequestKind::connect_udp ? Protocol::udp : Protocol::tcp),
          endpoint_(*request.endpoint),
          text_(reach_text(protocol_, to_text(endpoint_.address), std::to_string(endpoint_.port))) {}

    [[nodiscard]] Decision decide() const {
        if (floor_addresses(network_.unblocked).contains(endpoint_.address)) {
            return denied_by_floor();
        }
        if (const NetworkRule* const rule = deciding(NetworkStatement::deny); rule != nullptr) {
            return answer(Verdict::denied, rule->origin, "`" + to_statement(*rule) + "` denies it, whatever is allowed",
                          "remove `" + to_statement(*rule) + "`");
        }
        if (network_.denied.contains(protocol_, endpoint_.address, endpoint_.port)) {
            return answer(Verdict::denied, network_.mode.origin, "`" + text_ + "` is denied, whatever is allowed", {});
        }
        const Matches denied = matches(network_.symbolic_denied);
        const Matches allowed = network_.allowed.contains(protocol_, endpoint_.address, endpoint_.port)
                                    ? Matches::every
                                    : matches(network_.symbolic_allowed);
        if (denied == Matches::every) {
            return symbolic(Verdict::denied, network_.symbolic_denied, "denies it");
        }
        if (allowed == Matches::every) {
            return denied == Matches::none ? allowed_always()
                                           : symbolic(Verdict::depends, network_.symbolic_denied, "denies it for one value");
        }
        if (allowed == Matches::some) {
            return symbolic(Verdict::depends, network_.symbolic_allowed, "allows it for one value");
        }
        return allowed_by_a_name();
    }

private:
    [[nodiscard]] Decision denied_by_floor() const {
        const bool is_metadata = named_addresses("@metadata").contains(endpoint_.address);
        const std::string word = is_metadata ? "metadata" : "link-local";
        return answer(Verdict::denied, network_.mode.origin, "`@" + word + "` is denied in every filtered network",
                      "write `unblock " + word + " because \"…\"` and `allow " + text_ + "`");
    }

    /// The first statement that decides the request without parameters; a policy that was read from a bundle has none.
    [[nodiscard]] const NetworkRule* deciding(NetworkStatement statement) const {
        const auto rule = std::find_if(network_.rules.begin(), network_.rules.end(), [&](const NetworkRule& each) {
            return each.statement == statement && (each.allows || statement == NetworkStatement::deny) &&
                   each.protocols.contains(protocol_) && each.addresses.contains(endpoint_.address) &&
                   each.ports.literal.contains(endpoint_.port);
        });
        return rule == network_.rules.end() ? nullptr : &*rule;
    }

    [[nodiscard]] Decision allowed_always() const {
        for (const NetworkStatement statement : {NetworkStatement::allow, NetworkStatement::resolver}) {
            if (const NetworkRule* const rule = deciding(statement)) {
                return answer(Verdict::allowed, rule->origin, "`" + to_statement(*rule) + "` allows it",
                              "add `deny " + text_ + "`");
            }
        }
        if (!network_.allowed.contains(protocol_, endpoint_.address, endpoint_.port)) {
            return symbolic(Verdict::allowed, network_.symbolic_allowed, "allows it");
        }
        return answer(Verdict::allowed, network_.mode.origin, "the policy allows `" + text_ + "`", "add `deny " + text_ + "`");
    }

    [[nodiscard]] Matches matches(const SymbolicRule& rule) const {
        if (rule.protocol != protocol_) {
            return Matches::none;
        }
        Matches address = Matches::none;
        if (const auto* const parameter = std::get_if<ParameterName>(&rule.to)) {
            const AddressSet values = values_of_address(policy_.parameters, parameter->name);
            const bool is_one = values.ranges().size() == 1 && values.ranges()[0].first == values.ranges()[0].last;
            address = !values.contains(endpoint_.address) ? Matches::none : is_one ? Matches::every : Matches::some;
        } else {
            address = std::get<AddressSet>(rule.to).contains(endpoint_.address) ? Matches::every : Matches::none;
        }
        Matches port = rule.ports.literal.contains(endpoint_.port) ? Matches::every : Matches::none;
        for (const std::string& name : rule.ports.parameters) {
            const PortSet values = values_of_port(policy_.parameters, name);
            const bool is_one = values.ranges().size() == 1 && values.ranges()[0].first == values.ranges()[0].last;
            port = std::max(port, !values.contains(endpoint_.port) ? Matches::none : is_one ? Matches::every : Matches::some);
        }
        return both(address, port);
    }
    [[nodiscard]] Matches matches(const std::vector<SymbolicRule>& rules) const {
        Matches most = Matches::none;
        for (const SymbolicRule& rule : rules) {
            most = std::max(most, matches(rule));
        }
        return most;
    }

    /// By the rule that matches for the most values.
    [[nodiscard]] Decision symbolic(Verdict verdict, const std::vector<SymbolicRule>& rules, const std::string& does) const {
        const auto best = std::max_element(rules.begin(), rules.end(),
                                           [&](const SymbolicRule& a, const SymbolicRule& b) { return matches(a) < matches(b); });
        std::set<std::string> names = best->ports.parameters;
        if (const auto* const parameter = std::get_if<ParameterName>(&best->to)) {
            names = {parameter->name};
        }
        const std::string name = "$" + *names.begin();
        const NetworkStatement statement = &rules == &network_.symbolic_denied ? NetworkStatement::deny : NetworkStatement::allow;
        const auto rule = std::find_if(network_.rules.begin(), network_.rules.end(), [&](const NetworkRule& each) {
            return (each.statement == statement || (each.allows && statement == NetworkStatement::allow)) &&
                   each.protocols.contains(protocol_) &&
                   (each.address_parameters.count(*names.begin()) != 0 || each.ports.parameters.count(*names.begin()) != 0);
        });
        const bool is_known = rule != network_.rules.end();
        const std::string said = is_known ? "`" + to_statement(*rule) + "`" : "a statement with `" + name + "`";
        const std::string opening = verdict == Verdict::depends ? "it depends on the value of `" + name + "`: " : "";
        return answer(
            verdict, is_known ? rule->origin : network_.mode.origin, opening + said + " " + does,
            verdict == Verdict::depends ? "write the address and the port out, or give the parameter another constraint" : "");
    }

    [[nodiscard]] Decision allowed_by_a_name() const {
        for (const auto& [name, named] : network_.names) {
            const auto ports = named.find(protocol_);
            if (ports != named.end() && possible_ports(policy_.parameters, ports->second).contains(endpoint_.port)) {
                const auto rule =
                    std::find_if(network_.rules.begin(), network_.rules.end(),
                                 [&, &wanted = name](const NetworkRule& each) { return each.names.count(wanted) != 0; });
                return answer(Verdict::depends, rule == network_.rules.end() ? network_.mode.origin : rule->origin,
                              "it depends on the name service: allowed once it has answered with this address for `" + name + "`",
                              "write `deny " + text_ + "` to have it denied always");
            }
        }
        const bool is_resolver = std::find(network_.resolvers.begin(), network_.resolvers.end(),
                                           ResolverAddress(endpoint_.address)) != network_.resolvers.end();
        if (is_resolver && endpoint_.port == 53) {
            return answer(Verdict::denied, network_.mode.origin,
                          "only the sandbox's own resolver may ask the name server, since names are allowed",
                          "add `allow " + text_ + "`, which lets the program ask for every name");
        }
        return answer(Verdict::denied, network_.mode.origin, "no statement allows `" + text_ + "`", "add `allow " + text_ + "`");
    }

    const Policy& policy_;
    const Network& network_;
    Protocol protocol_;
    Endpoint endpoint_;
    std::string text_;
};

Decision decide_name(const Network& network, const std::string& name) {
    const auto resolver = std::find_if(network.rules.begin(), network.rules.end(),
                                       [](const NetworkRule& each) { return each.statement == NetworkStatement::resolver; });
    const Origin asked = resolver == network.rules.end() ? network.mode.origin : resolver->origin;
    if (network.resolvers.empty()) {
        return answer(Verdict::denied, network.mode.origin, "no statement names a `resolver`, so no name is resolved",
                      "add `resolver ADDRESS`, which answers every name, or `resolver ADDRESS` and `allow tcp to host \"" + name +
                          "\" port 443`");
    }
    if (network.names.empty()) {
        return answer(
            Verdict::allowed, asked, "the name servers of `resolver` may be asked for every name",
            "allow names one by one, as in `allow tcp to host \"registry.example.org\" port 443`: then no other is answered");
    }
    const auto* const entry = deciding_entry(network.names, name);
    if (entry == nullptr) {
        return answer(Verdict::denied, asked, "the sandbox's resolver answers only the names that the policy allows",
                      "add `allow tcp to host \"" + name + "\" port 443`");
    }
    const auto rule = std::find_if(network.rules.begin(), network.rules.end(),
                                   [&](const NetworkRule& each) { return each.names.count(entry->first) != 0; });
    return answer(Verdict::allowed, rule == network.rules.end() ? asked : rule->origin,
                  "the policy allows `to host \"" + entry->first + "\"`, so the sandbox's resolver answers it",
                  "remove \"" + entry->first + "\" from the policy");
}

Decision decide_unfiltered(const Network& network, const std::string& what, const std::string& advice) {
    if (network.mode.value == NetworkMode::host) {
        return answer(Verdict::allowed, network.mode.origin, "`network host` shares the host's network and filters nothing",
                      "write `network off`");
    }
    return answer(Verdict::denied, network.mode.origin, "`network off` leaves no way out to " + what, advice);
}

}  // namespace

bool is_loopback(const Address& address) {
    return named_addresses("@loopback").contains(address);
}

Decision decide_connect(const Policy& policy, const Request& request) {
    const Network& network = policy.network;
    if (!request.endpoint) {
        return answer(Verdict::denied, {}, "the request names no address", {});
    }
    if (network.mode.value != NetworkMode::host && is_loopback(request.endpoint->address)) {
        return answer(Verdict::allowed, network.mode.origin, "loopback inside the sandbox is always its own", {});
    }
    if (network.mode.value == NetworkMode::filtered) {
        return Connection(policy, request).decide();
    }
    const char* const protocol = request.kind == RequestKind::connect_udp ? "udp" : "tcp";
    return decide_unfiltered(network, to_text(*request.endpoint),
                             "write `network { allow " + std::string(protocol) + " to " + to_text(request.endpoint->address) +
                                 " port " + std::to_string(request.endpoint->port) + " }`");
}

Decision decide_resolve(const Policy& policy, const Request& request) {
    if (policy.network.mode.value == NetworkMode::filtered) {
        return decide_name(policy.network, request.name);
    }
    return decide_unfiltered(policy.network, "a name service for `" + request.name + "`",
                             "write `network { resolver ADDRESS }`, or `network host`, which filters nothing");
}

}  // namespace sbx::policy
