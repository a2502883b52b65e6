// What the functions that know networks share: the addresses that are decided before any rule, ports as sets, names that cover each
// other.
#pragma once

#include "compiler/policy/policy.hpp"

#include <string>
#include <string_view>

namespace sbx::policy {

/// One of the language's sets: `@loopback`. The name is one of those.
[[nodiscard]] const AddressSet& named_addresses(std::string_view name);
/// What stays shut whatever is allowed, as far as its addresses are known to the compiler: @metadata and the rest of @link-local,
/// but for what is unblocked. `unblock link-local` does not open a metadata address.
[[nodiscard]] const AddressSet& floor_addresses(const Unblocked& unblocked);
/// These addresses with every protocol and port.
[[nodiscard]] Traffic all_traffic(const AddressSet& addresses);
/// The addresses at which the traffic has something of `protocol`.
[[nodiscard]] AddressSet addresses_of(const Traffic& traffic, Protocol protocol);

using ParameterTable = std::map<std::string, Located<Parameter>>;
/// Every port that the parameter can be.
[[nodiscard]] PortSet values_of_port(const ParameterTable& parameters, const std::string& name);
/// Every address that the parameter can be.
[[nodiscard]] AddressSet values_of_address(const ParameterTable& parameters, const std::string& name);
/// The literal ports and every value of the parameters.
[[nodiscard]] PortSet possible_ports(const ParameterTable& parameters, const Ports& ports);

/// What parameters and names could bring, before denials and the floor.
[[nodiscard]] Traffic possible_traffic(const ParameterTable& parameters, const Network& network);

/// What `resolver` lets the payload ask; nothing where only the sandbox's own resolver asks. Denials may take it away.
[[nodiscard]] Traffic resolver_traffic(const Network& network);

/// Whether two statements differ in nothing but their places.
[[nodiscard]] bool says_the_same(const NetworkRule& a, const NetworkRule& b);

/// Whether an entry of `names` covers a name: `*.example.org` the names below example.org, but not itself.
[[nodiscard]] bool covers_name(std::string_view entry, std::string_view name);
/// The entry that decides for a name, which may be an entry itself: the longest that covers it. Null where none does.
[[nodiscard]] const std::pair<const std::string, NamedPorts>* deciding_entry(const std::map<std::string, NamedPorts>& names,
                                                                             const std::string& name);
/// Why this is no name of a host, as the end of a sentence; empty when it is one: RFC 1123 labels, lower case, no final dot.
[[nodiscard]] std::string host_name_fault(std::string_view name);

}  // namespace sbx::policy
