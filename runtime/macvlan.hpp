// A macvlan interface in place of the user-mode network (ip-link(8)): the sandbox gets an address of its own in the network that an
// interface of the host is in. It is asked for on the command line, since a policy knows nothing of the host's interfaces, and only
// root can have it. The packet filter is the same.
#pragma once

#include "runtime/command_line.hpp"
#include "runtime/identity.hpp"
#include "runtime/network_declaration.hpp"
#include "runtime/virtual_network.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace sbx::runtime {

struct Macvlan {
    std::string parent;  ///< the host's interface
    unsigned index = 0;  ///< its number, as it is now
    std::uint32_t address = 0, mask = 0, gateway = 0;
    std::string text_address, text_gateway;  ///< `192.0.2.10/24`, `192.0.2.1`
};

/// Nothing unless the command line asks for it. Refuses what cannot be made: for a caller who is not root, for a network that is
/// not filtered or publishes ports, an interface that is not there, addresses that do not fit.
[[nodiscard]] std::optional<Macvlan> bind_macvlan(const CommandLine& line, const NetworkDeclaration& network,
                                                  const Identity& identity);

/// The network it is in: the gateway is a router like others there, and stays out of what the filter always refuses.
[[nodiscard]] VirtualNetwork network_of(const Macvlan& macvlan);

}  // namespace sbx::runtime
