// Network statements that open more than a reader sees at once. One finding a statement, the gravest that no waiver accepts.
#include "compiler/policy/check_parts.hpp"
#include "compiler/policy/lint_addresses.hpp"
#include "compiler/policy/network_parts.hpp"
#include "compiler/policy/network_text.hpp"

#include <algorithm>
#include <array>

namespace sbx::policy {
namespace {

/// What all denials together cover. More than `most_judged` statements are not held against each other.
struct Denials {
    std::vector<const NetworkRule*> rules;
    Traffic traffic;
};
constexpr std::size_t most_judged = 1000;

using RuleLint = std::optional<Diagnostic> (*)(const NetworkRule&, const Denials&);

bool has_ports(const NetworkRule& rule) {
    return !rule.protocols.common(ProtocolSet::with_ports()).empty();
}
bool names_ports(const NetworkRule& rule) {
    return has_ports(rule) && !rule.ports.literal.empty() && rule.ports.literal != PortSet::all();
}

Diagnostic rule_finding(DiagnosticKind kind, const NetworkRule& rule, const std::string& message) {
    return make_finding(kind, rule.origin, "`" + to_statement(rule) + "` " + message);
}

std::optional<Diagnostic> find_wide(const NetworkRule& rule, const Denials& denials) {
    static_cast<void>(denials);
    if (!has_wide_range(rule.addresses)) {
        return std::nullopt;
    }
    const AddressSet& everybody = named_addresses("@public");
    const bool is_everybody = covers_all(rule.addresses, family_part(everybody, Family::ipv4)) ||
                              covers_all(rule.addresses, family_part(everybody, Family::ipv6));
    const bool every_port = has_ports(rule) && rule.ports.literal == PortSet::all();
    if (has_wide_range(unnamed_part(rule.addresses))) {
        Diagnostic finding = rule_finding(DiagnosticKind::wide_allowance, rule, "allows more addresses than anybody runs");
        finding.notes.emplace_back("an IPv4 /8 and an IPv6 /16 are the widest networks of one owner");
        finding.help.emplace_back("name the networks of the servers, or `@public` if it is to be every server of the internet");
        return finding;
    }
    if (is_everybody && every_port) {
        Diagnostic finding =
            rule_finding(DiagnosticKind::wide_allowance, rule, "allows every port of every server of the internet");
        finding.help.emplace_back("name the ports, as in `allow tcp to @public port 443`, or the networks of the servers");
        return finding;
    }
    return std::nullopt;
}

std::optional<Diagnostic> find_any_resolver(const NetworkRule& rule, const Denials& denials) {
    static_cast<void>(denials);
    if (!names_ports(rule) || !rule.ports.literal.contains(53) || !has_wide_range(rule.addresses)) {
        return std::nullopt;
    }
    Diagnostic finding =
        rule_finding(DiagnosticKind::any_resolver, rule, "lets questions go to any name server: a way out for data");
    finding.notes.emplace_back("what is asked for is text of the program's choice, and whoever runs the server reads it");
    finding.help.emplace_back("write `resolver ADDRESS`, which allows exactly that one");
    return finding;
}

struct PlainTextPort {
    std::uint16_t port;
    std::string_view protocol;
    std::string_view instead;
};
constexpr PlainTextPort plain_text_ports[] = {
#define SBX_PLAIN_TEXT_PORT(port, protocol, instead) {port, protocol, instead},
#include "compiler/policy/plain_text_ports.def"
#undef SBX_PLAIN_TEXT_PORT
};

std::optional<Diagnostic> find_plain_text(const NetworkRule& rule, const Denials& denials) {
    static_cast<void>(denials);
    if (!names_ports(rule) || !rule.protocols.contains(Protocol::tcp)) {
        return std::nullopt;
    }
    const auto* const found = std::find_if(std::begin(plain_text_ports), std::end(plain_text_ports),
                                           [&](const PlainTextPort& each) { return rule.ports.literal.contains(each.port); });
    const auto leaves = [&] { return !rule.names.empty() || meet(rule.addresses, named_addresses("@public")); };
    if (found == std::end(plain_text_ports) || !leaves()) {
        return std::nullopt;
    }
    Diagnostic finding =
        rule_finding(DiagnosticKind::plain_text_protocol, rule,
                     "allows " + std::string(found->protocol) + ", which everybody on the way can read and change");
    finding.help.push_back("use " + std::string(found->instead));
    return finding;
}

struct SharedFront {
    std::string_view domain;
    std::string_view who;
};
constexpr SharedFront shared_fronts[] = {
#define SBX_SHARED_FRONT(domain, who) {domain, who},
#include "compiler/policy/shared_fronts.def"
#undef SBX_SHARED_FRONT
};

std::optional<Diagnostic> find_shared_front(const NetworkRule& rule, const Denials& denials) {
    static_cast<void>(denials);
    for (const std::string& name : rule.names) {
        for (const SharedFront& front : shared_fronts) {
            if (!covers_name("*." + std::string(front.domain), name.starts_with("*.") ? "x" + name.substr(1) : name) &&
                name != front.domain) {
                continue;
            }
            Diagnostic finding = rule_finding(DiagnosticKind::address_sharing, rule,
                                              "reaches the neighbours of `" + name + "`, too: it shares its addresses");
            finding.notes.push_back("its addresses serve many customers of " + std::string(front.who));
            finding.help.emplace_back(
                "waive the finding if whoever is a customer there may be reached; else have the program go through a proxy that "
                "looks at names");
            return finding;
        }
    }
    return std::nullopt;
}

std::optional<Diagnostic> find_partly_denied(const NetworkRule& rule, const Denials& denials) {
    if (denials.traffic.empty()) {
        return std::nullopt;
    }
    TrafficBuilder builder;
    builder.add(rule.protocols, rule.addresses, rule.ports.literal);
    const Traffic allowed = builder.take();
    const Traffic lost = allowed.common(denials.traffic);
    if (rule.addresses.empty() || lost.empty() || lost == allowed) {
        return std::nullopt;
    }
    const auto& [protocol, reaches] = *lost.reaches().begin();
    AddressSet first;
    first.add(reaches.front().addresses);
    Diagnostic finding = rule_finding(DiagnosticKind::partly_denied, rule, "is denied in part");
    for (const NetworkRule* denial : denials.rules) {
        if (denial->addresses.contains(reaches.front().addresses.first)) {
            finding.labels.push_back({denial->origin, "denied here"});
            break;
        }
    }
    finding.notes.push_back("for example " + reach_text(protocol, to_text(first, 1), to_text(reaches.front().ports)));
    finding.help.emplace_back("allow what is left, or waive the finding if the denial is a house rule");
    return finding;
}

constexpr std::array<RuleLint, 5> rule_lints = {find_wide, find_any_resolver, find_plain_text, find_shared_front,
                                                find_partly_denied};

void lint_unblock(const NetworkRule& rule, Findings& findings) {
    const std::string statement = to_statement(rule);
    const bool is_metadata = statement.starts_with("unblock metadata");
    const bool is_host = statement.starts_with("unblock host");
    Diagnostic finding = make_finding(DiagnosticKind::floor_opened, rule.origin,
                                      "`" + statement + "` opens what stays shut in every other filtered network");
    // With a reason and some ports, a reader is told enough.
    finding.severity = is_metadata || (is_host && rule.ports.literal == PortSet::all()) ? Severity::warning : Severity::pedantic;
    finding.label = is_metadata ? "metadata services hand out the machine's credentials"
                    : is_host   ? "services of the host trust whoever is on it"
                                : "the neighbours on the wire can be reached";
    finding.help.emplace_back(is_metadata ? "give the program credentials of its own, as a file or a variable"
                              : is_host   ? "name the ports: `unblock host port 5432 because \"…\"`"
                                          : "waive the finding where the neighbours are meant");
    findings.add(std::move(finding));
}

/// Whether a denial takes away all that the rule allows to addresses of a family, wherever its names lead.
bool is_without(const NetworkRule& rule, const Denials& denials, Family family) {
    TrafficBuilder builder;
    builder.add(rule.protocols, family_part(named_addresses("@public"), family), rule.ports.literal);
    const Traffic reached = builder.take();
    return !reached.empty() && reached.without(denials.traffic).empty();
}

/// N005: of names that have addresses of both families, those of one are out of reach.
void lint_families(const Network& network, const Denials& denials, Findings& findings) {
    for (const auto& [lost, family] : {std::pair(Family::ipv4, "IPv4"), std::pair(Family::ipv6, "IPv6")}) {
        const Family other = lost == Family::ipv4 ? Family::ipv6 : Family::ipv4;
        const auto has_lost = [&, &of = lost](const NetworkRule& rule) {
            return !rule.names.empty() && is_without(rule, denials, of) && !is_without(rule, denials, other);
        };
        const auto rule = std::find_if(network.rules.begin(), network.rules.end(), has_lost);
        const auto denial = std::find_if(denials.rules.begin(), denials.rules.end(), [&, &of = lost](const NetworkRule* each) {
            return !family_part(each->addresses, of).empty();
        });
        if (rule == network.rules.end() || denial == denials.rules.end() || !is_own((*denial)->origin)) {
            continue;
        }
        const bool is_every = std::all_of(network.rules.begin(), network.rules.end(),
                                          [&](const NetworkRule& each) { return each.names.empty() || has_lost(each); });
        Diagnostic finding =
            make_finding(DiagnosticKind::one_family, (*denial)->origin,
                         (is_every ? "no name" : "`" + *rule->names.begin() + "`") + std::string(is_every ? " can" : " can't") +
                             " be reached over " + family + ", whatever its addresses are");
        finding.labels.push_back({rule->origin, "allowed here"});
        finding.notes.emplace_back("a program that is given addresses of both families tries the other one only after a refusal");
        finding.help.push_back(std::string("leave ") + family +
                               " to the names that are allowed, or waive the finding if the network has none");
        findings.add(std::move(finding));
    }
}

}  // namespace

void lint_network(const Profile& profile, Findings& findings) {
    const Network& network = profile.policy.network;
    if (network.mode.value == NetworkMode::host && is_own(network.mode.origin)) {
        Diagnostic finding = make_finding(DiagnosticKind::host_network, network.mode.origin,
                                          "`network host` filters nothing and reaches every service of the host");
        finding.notes.emplace_back("what listens on 127.0.0.1 and on abstract Unix sockets trusts whoever is on the host: unix(7)");
        finding.help.emplace_back(
            "write a block that allows what the program talks to: `network { allow tcp to 10.20.0.0/16 port 443 }`");
        findings.add(std::move(finding));
    }
    if (network.mode.value != NetworkMode::filtered) {
        return;
    }
    Denials denials;
    TrafficBuilder denied;
    for (const NetworkRule& rule : network.rules) {
        if (rule.statement == NetworkStatement::deny && network.rules.size() <= most_judged) {
            denials.rules.push_back(&rule);
            denied.add(rule.protocols, rule.addresses, rule.ports.literal);
        }
    }
    denials.traffic = denied.take();
    for (const NetworkRule& rule : network.rules) {
        if (!is_own(rule.origin)) {
            continue;
        }
        if (rule.statement == NetworkStatement::unblock) {
            lint_unblock(rule, findings);
        } else if (rule.statement == NetworkStatement::allow) {
            for (const RuleLint lint : rule_lints) {
                auto finding = lint(rule, denials);
                if (finding && findings.add(*std::move(finding))) {
                    break;
                }
            }
        }
    }
    lint_families(network, denials, findings);
}

}  // namespace sbx::policy
