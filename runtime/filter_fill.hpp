// What the launcher itself puts into the sets of the packet filter: text for nft(8), made of nothing but checked names and numbers
// in their canonical form (R-CMP-04).
#pragma once

#include "runtime/host_addresses.hpp"
#include "runtime/network_declaration.hpp"
#include "runtime/templates.hpp"
#include "runtime/virtual_network.hpp"

#include <string>
#include <vector>

namespace sbx::runtime {

/// `add element inet sbx SET { … }`, one line; nothing if `elements` is empty.
[[nodiscard]] std::string add_elements(const std::string& set, std::vector<std::string> elements);

/// Every set that the launcher fills. `values` must hold the parameters that `network.fill` names, with values of their types.
[[nodiscard]] std::string fill_sets(const NetworkDeclaration& network, const Values& values, const HostAddresses& host,
                                    const VirtualNetwork& inside);

struct CanonicalAddress {
    bool ipv6 = false;
    std::string text;
};
/// As the kernel prints it; an IPv4 address in IPv6's clothes (`::ffff:10.0.0.1`) is one of IPv4, since packets to it are.
[[nodiscard]] CanonicalAddress canonical_address(const std::string& text);

}  // namespace sbx::runtime
