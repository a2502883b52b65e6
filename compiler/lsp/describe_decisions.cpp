// Decisions worded; see the header.
#include "compiler/lsp/describe_decisions.hpp"

#include "compiler/policy/decide.hpp"
#include "compiler/policy/network_parts.hpp"
#include "compiler/policy/network_text.hpp"
#include "compiler/policy/statement_text.hpp"

#include <array>
#include <fmt/format.h>

namespace sbx::lsp {
namespace {

using policy::RequestKind;

constexpr std::size_t most_lines = 8;

std::string place_words(const Origin& origin) {
    return origin.known() ? fmt::format(" ({})", origin.describe_stable()) : std::string();
}

std::string decision_line(std::string_view what, const policy::Policy& policy, const policy::Request& request) {
    const policy::Decision decision = policy::decide(policy, request);
    return fmt::format("- {}: **{}**; {}{}\n", what, policy::to_text(decision.verdict), decision.reason,
                       place_words(decision.origin));
}

std::optional<policy::SandboxPath> sandbox_path(std::string_view text) {
    while (text.size() > 1 && text.ends_with('/')) {
        text.remove_suffix(1);
    }
    if (!text.starts_with('$')) {
        return policy::SandboxPath::literal(text);
    }
    const std::size_t slash = std::min(text.find('/'), text.size());
    return policy::SandboxPath::below_parameter(text.substr(1, slash - 1), text.substr(slash));
}

/// What `allow` says of a network that filters, a line for each part that can be reached.
std::string reached_lines(const policy::Policy& policy, const policy::AddressSet& addresses) {
    std::vector<policy::TrafficRule> all;
    for (const policy::Protocol protocol : policy::all_protocols) {
        all.push_back({protocol, addresses, policy::PortSet::all()});
    }
    const policy::Traffic reached = policy.network.allowed.common(policy::Traffic::of(all));
    std::string lines;
    std::size_t count = 0;
    for (const auto& [protocol, reaches] : reached.reaches()) {
        for (const policy::Reach& reach : reaches) {
            if (protocol == policy::Protocol::other) {
                continue;
            }
            if (++count > most_lines) {
                return lines + "- …\n";
            }
            lines += fmt::format("- allowed: {}\n",
                                 policy::reach_text(protocol, policy::to_text(reach.addresses), policy::to_text(reach.ports)));
        }
    }
    return lines.empty() ? "- nothing of it can be reached\n" : lines;
}

policy::Request connection(const policy::Address& address, std::uint16_t port, bool is_udp) {
    policy::Request request;
    request.kind = is_udp ? RequestKind::connect_udp : RequestKind::connect_tcp;
    request.endpoint = policy::Endpoint{address, port};
    return request;
}

std::optional<policy::AddressSet> address_set_of(std::string_view text) {
    for (const policy::NamedSet& set : policy::named_address_sets()) {
        if (set.name == text) {
            return policy::named_addresses(text);
        }
    }
    const policy::ParsedRange parsed = policy::parse_range(text);
    return parsed.error == policy::RangeError::none ? std::optional(policy::AddressSet::of({parsed.range})) : std::nullopt;
}

}  // namespace

std::string describe_path(const policy::Policy& policy, std::string_view path) {
    const auto place = sandbox_path(path);
    if (!place || (!place->is_literal() && policy.parameters.count(place->parameter()) == 0)) {
        return {};
    }
    static constexpr std::array<std::pair<std::string_view, RequestKind>, 3> questions = {
        {{"read", RequestKind::read}, {"write", RequestKind::write}, {"exec", RequestKind::exec}}};
    std::string text = fmt::format("`{}` inside the sandbox\n\n", place->text());
    for (const auto& [word, kind] : questions) {
        policy::Request request;
        request.kind = kind;
        request.path = *place;
        text += decision_line(word, policy, request);
    }
    return text;
}

std::string describe_addresses(const policy::Policy& policy, std::string_view text, std::uint16_t port) {
    const auto addresses = address_set_of(text);
    if (!addresses || addresses->empty()) {
        return {};
    }
    std::string out = fmt::format("`{}` from inside the sandbox\n\n", text);
    switch (policy.network.mode.value) {
        case policy::NetworkMode::off:
            return out + "- the network is off: nothing can be reached but the sandbox's own loopback\n";
        case policy::NetworkMode::host:
            return out +
                   fmt::format("- the host's network is shared, and nothing filtered{}\n", place_words(policy.network.mode.origin));
        case policy::NetworkMode::filtered:
            break;
    }
    constexpr std::uint16_t usual_port = 443;
    const policy::Address& first = addresses->ranges().front().first;
    const policy::Endpoint asked{first, port == 0 ? usual_port : port};
    return out + reached_lines(policy, *addresses) +
           decision_line(fmt::format("for example `connect tcp {}`", policy::to_text(asked)), policy,
                         connection(first, asked.port, false));
}

std::string describe_endpoint(const policy::Policy& policy, std::string_view text, bool is_udp) {
    const auto endpoint = policy::parse_endpoint(text);
    return endpoint ? decision_line(fmt::format("`connect {} {}`", is_udp ? "udp" : "tcp", text), policy,
                                    connection(endpoint->address, endpoint->port, is_udp))
                    : std::string();
}

std::string describe_system_call(const policy::Policy& policy, std::string_view name) {
    const auto found = policy::find_system_call(name);
    if (!found) {
        return {};
    }
    policy::Request request;
    request.kind = RequestKind::syscall;
    request.name = std::string(name);
    const policy::SystemCallRow& row = policy::system_call_table()[*found];
    std::string text = fmt::format("`{}`, a system call since Linux {}.{}", name, row.major, row.minor);
    text += row.groups.empty() ? std::string() : fmt::format(", of the groups {}", row.groups);
    return text + "\n\n" + decision_line("the call", policy, request);
}

std::string describe_variable(const policy::Policy& policy, std::string_view name) {
    policy::Request request;
    request.kind = RequestKind::environment;
    request.name = std::string(name);
    return fmt::format("`{}` in the environment of the sandbox\n\n", name) + decision_line("set", policy, request);
}

std::string describe_limit(const policy::Policy& policy, std::string_view name) {
    const auto limit = policy::find_limit(name);
    if (!limit) {
        return {};
    }
    const auto found = policy.limits.find(*limit);
    return found == policy.limits.end() ? fmt::format("- `{}` is not set\n", name)
                                        : fmt::format("- in force: `{}`{}\n", policy::to_text(*limit, found->second.value),
                                                      place_words(found->second.origin));
}

}  // namespace sbx::lsp
