// The wall behind the packet filter (R-NET-04). A frame that a socket gives to the interface itself (packet(7)) passes no chain of
// the packet filter, which sees packets alone. This one stands at the interface, and lets out what the packet filter has passed and
// what the kernel itself asks its neighbours, nothing else. It says nothing of addresses: whatever the policy allows, the rules are
// these. No payload has the capability that such a socket takes; this is for the day on which one gets it.
//
//     table netdev sbx {
//         chain egress {
//             type filter hook egress device "tap0" priority 0; policy drop;
//             meta rtclassid >= 0 accept      a packet that was routed has a class, 0 if its route names none; a frame has no route
//             meta skuid >= 0 drop            what is left and comes from a socket
//             @ll,96,16 0x806 accept          ARP (RFC 826), by the frame's own bytes
//         }
//     }
//
// What was routed here has passed the chain `output` of the packet filter; `forward` drops everything. AF_XDP sockets pass this
// wall too (xsk_generic_xmit() of net/xdp/xsk.c asks no hook): the system-call filter refuses to make them.
#pragma once

#include <string_view>

namespace sbx::runtime {

/// What is true where there is no such wall.
inline constexpr std::string_view no_frame_filter =
    "this kernel cannot filter frames at an interface (Linux 5.16, CONFIG_NETFILTER_EGRESS): the packet filter has no second wall "
    "behind it";

/// For the process that owns the network namespace, once it has the interface. Looks whether it is there as it was loaded, and
/// nothing else came, and refuses what is not. False if this kernel has no such hook (it is of Linux 5.16,
/// CONFIG_NETFILTER_EGRESS): the packet filter stands alone then.
[[nodiscard]] bool load_frame_filter();

}  // namespace sbx::runtime
