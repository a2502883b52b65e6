// A filtered network bound to this launch: everything that will be loaded and run for it, decided before a process is made. Assumes
// that it is called in the host's network namespace.
#pragma once

#include "runtime/bundle.hpp"
#include "runtime/host_addresses.hpp"
#include "runtime/identity.hpp"
#include "runtime/macvlan.hpp"
#include "runtime/program.hpp"
#include "runtime/templates.hpp"
#include "runtime/virtual_network.hpp"

#include <optional>
#include <string>
#include <vector>

namespace sbx::runtime {

struct BoundNetwork {
    Program nft;
    std::vector<std::string> transactions;  ///< for `nft -f`, in order
    std::string filter_digest;              ///< SHA-256 of the bundle's filter files, one after the other
    UserNetwork kind = UserNetwork::slirp4netns;
    Program helper;  ///< nothing with a macvlan interface
    std::optional<Macvlan> macvlan;
    VirtualNetwork inside;
    bool wants_ipv6 = false;  ///< the policy allows an address of IPv6, or publishes on one
    HostAddresses host;
    std::optional<Program> resolver;
    std::string resolver_configuration;
    std::vector<std::string> names;

    /// Processes that live as long as the sandbox and count among its own.
    [[nodiscard]] unsigned processes() const { return (resolver ? 1U : 0U) + (macvlan ? 0U : 1U); }
};

/// Nothing unless the manifest says `filtered`. Refuses where a program or the TUN device is missing, and where `line` asks for a
/// network that cannot be had.
[[nodiscard]] std::optional<BoundNetwork> bind_network(const CommandLine& line, const Bundle& bundle, const Values& values,
                                                       const Identity& identity);

}  // namespace sbx::runtime
