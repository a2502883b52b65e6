// Filtered networks out of statements, as resolve() makes them. For tests of compiler/plan and emitters alone.
#pragma once

#include "compiler/policy/filtered_network.hpp"
#include "plan_fixture.hpp"

#include <initializer_list>
#include <string>
#include <string_view>

namespace sbx::plan {

using policy::NetworkRule;
using policy::NetworkStatement;
using policy::Protocol;

inline policy::AddressSet addresses(std::initializer_list<std::string_view> texts) {
    std::vector<policy::AddressRange> ranges;
    for (const std::string_view text : texts) {
        const policy::ParsedRange parsed = policy::parse_range(text);
        EXPECT_EQ(parsed.error, policy::RangeError::none) << text;
        ranges.push_back(parsed.range);
    }
    return policy::AddressSet::of(std::move(ranges));
}
inline policy::Ports ports(std::initializer_list<policy::PortRange> ranges) {
    policy::Ports made;
    for (const policy::PortRange& range : ranges) {
        made.literal.add(range);
    }
    return made;
}
inline policy::Ports all_ports() {
    return {policy::PortSet::all(), {}};
}
inline NetworkRule rule(NetworkStatement statement, policy::ProtocolSet protocols, policy::AddressSet to, policy::Ports at) {
    NetworkRule made;
    made.statement = statement;
    made.allows = statement == NetworkStatement::allow;
    made.protocols = protocols;
    made.addresses = std::move(to);
    made.ports = std::move(at);
    return made;
}
inline NetworkRule allow(Protocol protocol, std::initializer_list<std::string_view> to, policy::Ports at = all_ports()) {
    return rule(NetworkStatement::allow, {protocol}, addresses(to), std::move(at));
}
inline NetworkRule deny(Protocol protocol, std::initializer_list<std::string_view> to, policy::Ports at = all_ports()) {
    return rule(NetworkStatement::deny, {protocol}, addresses(to), std::move(at));
}
/// `any`.
inline NetworkRule any(NetworkStatement statement, std::initializer_list<std::string_view> to) {
    return rule(statement, {Protocol::tcp, Protocol::udp, Protocol::icmp, Protocol::other}, addresses(to), all_ports());
}
inline NetworkRule allow_name(const std::string& name, policy::Ports at) {
    NetworkRule made = rule(NetworkStatement::allow, {Protocol::tcp}, {}, std::move(at));
    made.names = {name};
    return made;
}
inline NetworkRule allow_parameter(const std::string& parameter, policy::Ports at) {
    NetworkRule made = rule(NetworkStatement::allow, {Protocol::tcp}, {}, std::move(at));
    made.address_parameters = {parameter};
    return made;
}
inline NetworkRule publish(std::string_view on, std::uint16_t port) {
    return rule(NetworkStatement::publish, {Protocol::tcp}, addresses({on}), ports({{port, port}}));
}
inline NetworkRule from(const SourceFile& file, std::uint32_t offset, NetworkRule made) {
    made.origin = Origin{&file, {offset, offset + 1}};
    return made;
}

inline policy::Address address(std::string_view text) {
    return policy::parse_address(text).value();
}
/// /usr, and a network of these statements.
inline policy::Policy with_network(std::vector<NetworkRule> rules, std::vector<policy::ResolverAddress> resolvers = {},
                                   const std::map<std::string, policy::Parameter>& parameters = {}) {
    policy::Policy policy = policy_of({{"/usr", read("/usr")}});
    for (const auto& [name, parameter] : parameters) {
        policy.parameters[name] = {parameter, {}};
    }
    policy.network = policy::filtered_network(policy.parameters, std::move(rules), std::move(resolvers), {}, {});
    return policy;
}
inline policy::Parameter parameter(policy::ParameterType type, std::vector<std::string> one_of = {}) {
    policy::Parameter made;
    made.type = type;
    made.one_of = std::move(one_of);
    return made;
}

}  // namespace sbx::plan
