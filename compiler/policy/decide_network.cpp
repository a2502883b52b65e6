// What may be reached, in the order of the language reference: loopback, the floor, denials, allowances, and nothing else. What
// depends on a parameter, or on what a name service answers, is said to depend on the launch.
#include "compiler/policy/decide_network.hpp"

#include "compiler/policy/decide_filters.hpp"
#include "compiler/policy/network_parts.hpp"
#include "compiler/policy/network_text.hpp"
#include "compiler/policy/statement_text.hpp"
#include "compiler/policy/symbolic_decision.hpp"

#include <algorithm>

namespace sbx::policy {
namespace {

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
        const SymbolicDecision decision = SymbolicNetwork(policy_, protocol_, endpoint_).decide();
        switch (decision.allowed) {
            case ForValues::every:
                return allowed_always(*decision.deciding);
            case ForValues::some:
                return depends(decision);
            case ForValues::none:
                break;
        }
        return decision.deciding && decision.deciding->parameters.empty() ? denied_always(decision) : allowed_by_a_name(decision);
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

    [[nodiscard]] Decision allowed_always(const Condition& allowing) const {
        if (allowing.rule != nullptr) {
            const Named named = named_statement(allowing, NetworkStatement::allow);
            return answer(Verdict::allowed, named.origin, named.text + " allows it", "");
        }
        for (const NetworkStatement statement : {NetworkStatement::allow, NetworkStatement::resolver}) {
            if (const NetworkRule* const rule = deciding(statement)) {
                return answer(Verdict::allowed, rule->origin, "`" + to_statement(*rule) + "` allows it",
                              "add `deny " + text_ + "`");
            }
        }
        return answer(Verdict::allowed, network_.mode.origin, "the policy allows `" + text_ + "`", "add `deny " + text_ + "`");
    }

    struct Named {
        std::string text;
        Origin origin;
    };
    /// The statement from which a condition comes, which a bundle may not know.
    [[nodiscard]] Named named_statement(const Condition& condition, NetworkStatement statement) const {
        std::set<std::string> names = condition.rule->ports.parameters;
        if (const auto* const parameter = std::get_if<ParameterName>(&condition.rule->to)) {
            names = {parameter->name};
        }
        const auto mentions = [&](const NetworkRule& each) {
            return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
                return each.address_parameters.count(name) != 0 || each.ports.parameters.count(name) != 0;
            });
        };
        const auto speaks = [&](const NetworkRule& each) {
            const std::set<std::string>& wanted = condition.parameters;
            return std::all_of(wanted.begin(), wanted.end(), [&](const std::string& name) {
                return each.address_parameters.count(name) != 0 || each.ports.parameters.count(name) != 0;
            });
        };
        const auto rule = std::find_if(network_.rules.begin(), network_.rules.end(), [&](const NetworkRule& each) {
            return (each.statement == statement || (each.allows && statement == NetworkStatement::allow)) &&
                   each.protocols.contains(protocol_) && mentions(each) && speaks(each);
        });
        return rule != network_.rules.end() ? Named{"`" + to_statement(*rule) + "`", rule->origin}
                                            : Named{"a statement with `$" + *names.begin() + "`", network_.mode.origin};
    }

    [[nodiscard]] Decision denied_always(const SymbolicDecision& decision) const {
        const Named named = named_statement(*decision.deciding, NetworkStatement::deny);
        return answer(Verdict::denied, named.origin, named.text + " denies it", "");
    }

    [[nodiscard]] Decision depends(const SymbolicDecision& decision) const {
        const bool is_denial = decision.is_decided_by_denial;
        const Named named = named_statement(*decision.deciding, is_denial ? NetworkStatement::deny : NetworkStatement::allow);
        const bool several = decision.parameters.size() > 1;
        return answer(Verdict::depends, named.origin,
                      "it depends on the value" + std::string(several ? "s" : "") + " of " + parameter_list(decision.parameters) +
                          ": " + named.text + (is_denial ? " denies it for " : " allows it for ") +
                          (several ? "some of them" : "one value"),
                      "write the address and the port out, or give the parameter another constraint");
    }

    [[nodiscard]] Decision allowed_by_a_name(const SymbolicDecision& decision) const {
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
        if (decision.deciding) {
            const Named allowing = named_statement(decision.allowing.front(), NetworkStatement::allow);
            const Named denying = named_statement(*decision.deciding, NetworkStatement::deny);
            return answer(Verdict::denied, denying.origin, denying.text + " denies it wherever " + allowing.text + " allows it",
                          "");
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
    const bool is_ipv4 = request.endpoint->address.family == Family::ipv4;
    if (const auto obstacle = decide_socket(policy, is_ipv4 ? "inet" : "inet6");
        obstacle && (network.mode.value != NetworkMode::off || is_loopback(request.endpoint->address))) {
        return *obstacle;
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
