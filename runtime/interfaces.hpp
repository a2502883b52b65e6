// The interfaces of the sandbox's network namespace, by ioctl(2) (netdevice(7)).
#pragma once

#include "runtime/virtual_network.hpp"

namespace sbx::runtime {

void raise_loopback();

/// Lets the group that the payload has send echo requests without a raw socket (icmp(7)); the packet filter decides whether they go
/// anywhere. A host that does not let it be set has no more than its default, which is nobody.
void allow_echo();

/// Gives the interface to the outside its address, raises it, and sends everything through `gateway`. Numbers as read_ipv4() has
/// them.
void configure_outside(std::uint32_t address, std::uint32_t mask, std::uint32_t gateway);

/// Refuses unless the interface to the outside is up and has the address that was asked for.
void check_outside(const VirtualNetwork& inside);

/// Whether it has its address of IPv6, too. pasta(1) leaves IPv6 out where the host has no way out for it.
[[nodiscard]] bool has_ipv6_outside(const VirtualNetwork& inside);

}  // namespace sbx::runtime
