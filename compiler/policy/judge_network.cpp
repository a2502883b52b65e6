// `never connect` as a set: what could be reached, met with the addresses that it names.
#include "compiler/policy/judge_network.hpp"

#include "compiler/policy/decide.hpp"
#include "compiler/policy/network_parts.hpp"
#include "compiler/policy/network_text.hpp"

namespace sbx::policy {
namespace {

/// Everything that some launch allows.
Traffic reachable(const Policy& policy) {
    const Network& network = policy.network;
    const Traffic brought = possible_traffic(policy.parameters, network)
                                .without(network.denied)
                                .without(all_traffic(floor_addresses(network.unblocked)))
                                .without(all_traffic(named_addresses("@loopback")));
    return network.allowed.united(brought);
}

Judgement broken(const Policy& policy, Judgement judgement, Protocol protocol, const Reach& reach) {
    const std::string address = to_text(reach.addresses.first);
    judgement.asked.kind = protocol == Protocol::udp ? RequestKind::connect_udp : RequestKind::connect_tcp;
    judgement.asked.endpoint = Endpoint{reach.addresses.first, reach.ports.ranges().front().first};
    if (has_ports(protocol)) {
        judgement.decision = decide(policy, judgement.asked);
        const bool depends = judgement.decision.verdict == Verdict::depends;
        judgement.message = "`never connect` does not hold: `" + to_text(judgement.asked) + "` " +
                            (depends ? "is allowed by some launches" : "is allowed");
        return judgement;
    }
    judgement.decision.verdict = Verdict::allowed;
    judgement.decision.advice = "deny it, as in `deny " + reach_text(protocol, address, "") + "`, or remove the expectation";
    judgement.message = "`never connect` does not hold: `" + address + "` can be reached with " +
                        (protocol == Protocol::icmp ? "icmp" : "other protocols than tcp, udp and icmp");
    return judgement;
}

}  // namespace

Judgement judge_never_connect(const Policy& policy, const Expectation& expectation) {
    Judgement judgement;
    judgement.decision.origin = policy.network.mode.origin;
    judgement.asked = expectation.request;
    judgement.holds = true;
    switch (policy.network.mode.value) {
        case NetworkMode::off:
            return judgement;
        case NetworkMode::host:
            judgement.holds = expectation.addresses.empty();
            if (!judgement.holds) {
                judgement.decision.verdict = Verdict::allowed;
                judgement.decision.reason = "`network host` filters nothing";
                judgement.decision.advice = "write `network off`, or remove the expectation";
                judgement.message = "`never connect` does not hold: every address can be reached";
            }
            return judgement;
        case NetworkMode::filtered:
            break;
    }
    const Traffic met = reachable(policy).common(all_traffic(expectation.addresses));
    for (const Protocol protocol : all_protocols) {
        if (const auto list = met.reaches().find(protocol); list != met.reaches().end()) {
            judgement.holds = false;
            return broken(policy, std::move(judgement), protocol, list->second.front());
        }
    }
    return judgement;
}

}  // namespace sbx::policy
