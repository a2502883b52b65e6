// What a filtered network is made with: the programs, found and with their command lines, and the TUN device.
#pragma once

#include "runtime/identity.hpp"
#include "runtime/network_declaration.hpp"
#include "runtime/program.hpp"
#include "runtime/templates.hpp"
#include "runtime/virtual_network.hpp"

namespace sbx::runtime {

/// Refuses where the one who will run cannot open /dev/net/tun. Opening it makes no interface; who cannot do that cannot have a
/// network.
void check_tun(const Identity& identity);

/// Each refuses if the program is not on this host, or must not be trusted. nft reads its commands from descriptor 0.
[[nodiscard]] Program nft_program();
[[nodiscard]] Program slirp4netns_program(const VirtualNetwork& inside);
[[nodiscard]] Program pasta_program(const NetworkDeclaration& network, const VirtualNetwork& inside, const Values& values);
/// It must not try to change its ids: where it runs there are no others. It reads its configuration from descriptor 0.
[[nodiscard]] Program dnsmasq_program(const NetworkDeclaration& network, const Values& values);

}  // namespace sbx::runtime
