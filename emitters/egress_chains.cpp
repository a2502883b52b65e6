// What answers comes first, so that a packet of a connection costs the same under any policy: it is only there because its first
// packet was allowed. Then what stays shut, then the policy's denials, then its allowances, then a refusal that programs notice.
#include "emitters/egress_chains.hpp"

#include "compiler/plan/visit.hpp"
#include "emitters/egress_text.hpp"
#include "emitters/quote.hpp"
#include "runtime/artifact_format.hpp"

#include <fmt/format.h>

namespace sbx::emit {
namespace {

/// Errors about connections that were allowed, the size of a path among them: of ICMP destination unreachable, time exceeded and
/// parameter problem; of ICMPv6 those and packet too big (RFC 792, RFC 4443). Neighbours: solicitation and advertisement (RFC
/// 4861).
constexpr std::string_view answers_text = R"(        ct state established accept
        meta nfproto ipv4 meta l4proto icmp icmp type { 3, 11, 12 } ct state related accept
        meta nfproto ipv6 meta l4proto icmpv6 icmpv6 type { 1, 2, 3, 4 } ct state related accept
        meta nfproto ipv6 meta l4proto icmpv6 icmpv6 type { 135, 136 } accept
)";

constexpr std::string_view refuse_text = R"(    chain refuse {
        meta l4proto tcp reject with tcp reset
        reject with icmpx type admin-prohibited
    }
)";

std::string head(std::string_view name) {
    return fmt::format("    chain {} {{\n        type filter hook {} priority 0; policy drop;\n", name, name);
}

/// How a publication's port stands in a rule.
std::string port_text(const policy::Publication& publication) {
    return std::visit(plan::Overloaded{
                          [](std::uint16_t port) { return fmt::format("{}", port); },
                          [](const policy::ParameterName& name) { return fmt::format("@param_{}_port", Name(name.name)); },
                      },
                      publication.port);
}

std::string input_text(const plan::FilterPlan& plan) {
    std::string text = head("input") + "        iifname \"lo\" accept\n" + std::string(answers_text);
    for (const policy::Publication& each : plan.publish) {
        text += fmt::format("        meta nfproto {} meta l4proto {} {} dport {} ct state new accept\n",
                            each.on.family == policy::Family::ipv4 ? "ipv4" : "ipv6", policy::to_text(each.protocol),
                            policy::to_text(each.protocol), port_text(each));
    }
    return text + "    }\n";
}

/// The host's own addresses: what a policy has opened there goes on to its allowances.
std::string host_text(const policy::Ports& ports) {
    std::string text = "    chain host {\n";
    if (!ports.literal.empty()) {
        text += fmt::format("        meta l4proto {{ tcp, udp }} th dport {} return\n", port_set_text(ports.literal));
    }
    for (const std::string& name : ports.parameters) {
        text += fmt::format("        meta l4proto {{ tcp, udp }} th dport @param_{}_port return\n", Name(name));
    }
    return text + "        goto refuse\n    }\n";
}

/// Routes that the sender chooses would lead past a filter that sees their first stop only.
constexpr std::string_view routes_text = R"(        ip option lsrr exists drop
        ip option ssrr exists drop
        exthdr rt exists drop
)";
constexpr std::string_view shut_text = R"(        meta l4proto { tcp, udp } th dport 0 goto refuse
        meta nfproto ipv4 ip daddr @gateway_4 goto refuse
        meta nfproto ipv6 ip6 daddr @gateway_6 goto refuse
        meta nfproto ipv4 ip daddr @floor_4 goto refuse
        meta nfproto ipv6 ip6 daddr @floor_6 goto refuse
        meta nfproto ipv4 ip daddr @host_4 jump host
        meta nfproto ipv6 ip6 daddr @host_6 jump host
)";

std::string output_text(const plan::FilterPlan& plan) {
    std::string text = head("output") + "        oifname \"lo\" accept\n" + std::string(routes_text) + std::string(answers_text) +
                       std::string(shut_text);
    for (const plan::FilterRule& rule : plan.denials) {
        text += fmt::format("        {} goto refuse{}\n", match_text(rule), origin_comment(rule.origins));
    }
    return text + "        jump allowed\n        goto refuse\n    }\n";
}

}  // namespace

std::string chains_text(const plan::FilterPlan& plan) {
    return fmt::format("    chain allowed {{ }}\n{}{}{}{}    }}\n{}", refuse_text, host_text(plan.host_ports), input_text(plan),
                       head("forward"), output_text(plan));
}

}  // namespace sbx::emit
