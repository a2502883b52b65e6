// The words are nft(8)'s. Every rule names its family and protocol, though nft would add them, so that a reader need not know.
#include "emitters/egress_text.hpp"

#include "compiler/plan/visit.hpp"
#include "emitters/quote.hpp"
#include "runtime/artifact_format.hpp"

#include <fmt/format.h>
#include <utility>

namespace sbx::emit {
namespace {

using policy::Family;
using policy::PortRange;
using policy::Protocol;

std::string_view family_word(Family family) {
    return family == Family::ipv4 ? "ipv4" : "ipv6";
}

std::string_view header_word(Family family) {
    return family == Family::ipv4 ? "ip" : "ip6";
}

std::string port_text(const PortRange& ports) {
    const std::string first = std::to_string(ports.first);
    return ports.first == ports.last ? first : first + "-" + std::to_string(ports.last);
}

/// The kernel keeps an interval as one entry for each power of two in it: 1-65535 as 16, 0-65535 as one (measured: 100 000
/// networks load in two minutes with the one, in three seconds with the other). Port 0 is refused before any set is asked.
std::string element_ports(const PortRange& ports) {
    return ports == PortRange{} ? "0-65535" : port_text(ports);
}

std::string element_text(const plan::FilterElement& element, plan::SetKey key) {
    std::string text = policy::to_text(element.addresses);
    if (key == plan::SetKey::endpoint) {
        text.append(" . ").append(element_ports(element.ports));
    }
    return text;
}

std::string type_text(const plan::FilterSet& set) {
    const std::string address = fmt::format("{}_addr", family_word(set.family));
    const std::string_view flags = plan::has_interval(set) ? " flags interval;" : "";
    switch (set.key) {
        case plan::SetKey::endpoint:
            return fmt::format("{} . inet_service;{}", address, flags);
        case plan::SetKey::network:
            return fmt::format("{};{}", address, flags);
        case plan::SetKey::address:
            return fmt::format("{};", address);
        case plan::SetKey::port:
            return "inet_service;";
    }
    return {};
}

std::string protocol_text(Protocol protocol, Family family) {
    const std::string_view icmp = family == Family::ipv4 ? "icmp" : "icmpv6";
    switch (protocol) {
        case Protocol::tcp:
        case Protocol::udp:
            return fmt::format("meta l4proto {}", policy::to_text(protocol));
        case Protocol::icmp:
            return fmt::format("meta l4proto {} {} type {}", icmp, icmp, family == Family::ipv4 ? 8 : 128);  // echo request
        case Protocol::other:
            return fmt::format("meta l4proto != {{ tcp, udp, {} }}", icmp);
    }
    return {};
}

std::string ports_text(const plan::FilterRule& rule) {
    const std::string_view protocol = policy::to_text(rule.protocol);
    return std::visit(plan::Overloaded{
                          [](std::monostate) { return std::string(); },
                          [&](const policy::PortSet& ports) { return fmt::format(" {} dport {}", protocol, port_set_text(ports)); },
                          [&](const plan::PortSetName& name) { return fmt::format(" {} dport @{}", protocol, Name(name.set)); },
                      },
                      rule.ports);
}

}  // namespace

std::string origin_comment(const std::vector<Origin>& origins) {
    std::string places;
    for (const Origin& origin : origins) {
        if (origin.known()) {
            places += (places.empty() ? "" : ", ") + origin.describe_stable();
        }
    }
    return places.empty() ? std::string() : " # " + Comment(places).text();
}

std::string set_head(const plan::FilterSet& set) {
    return fmt::format("    set {} {{ type {}", Name(set.name), type_text(set));
}

std::string element_lines(const plan::FilterSet& set, std::size_t begin, std::size_t end, std::string_view indent) {
    std::string text;
    std::string shown;
    for (std::size_t i = begin; i < end; ++i) {
        const plan::FilterElement& element = set.elements[i];
        if (std::string comment = origin_comment(element.origins); comment != shown) {
            shown = std::move(comment);
            if (!shown.empty()) {
                text.append(indent).append(shown, 1).append(1, '\n');
            }
        }
        text.append(indent).append(element_text(element, set.key)).append(i + 1 == end ? "\n" : ",\n");
    }
    return text;
}

std::string match_text(const plan::FilterRule& rule) {
    const std::string port = rule.key == plan::SetKey::endpoint ? fmt::format(" . {} dport", policy::to_text(rule.protocol)) : "";
    const std::string source = rule.from_resolver ? fmt::format(" udp sport {}", format::resolver_query_port) : "";
    const std::string_view header = header_word(rule.family);
    const std::string within = rule.within ? fmt::format(" {} daddr {}", header, policy::to_text(*rule.within)) : "";
    return fmt::format("meta nfproto {} {}{}{} {} daddr{} @{}{}", family_word(rule.family),
                       protocol_text(rule.protocol, rule.family), source, within, header, port, Name(rule.destinations),
                       ports_text(rule));
}

std::string port_set_text(const policy::PortSet& ports) {
    std::string text;
    for (const PortRange& range : ports.ranges()) {
        text += (text.empty() ? "" : ", ") + port_text(range);
    }
    return ports.ranges().size() == 1 ? text : fmt::format("{{ {} }}", text);
}

}  // namespace sbx::emit
