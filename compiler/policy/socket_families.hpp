// The families of socket(2) by the names that policies use, and which of them a policy gives without naming them.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::policy {

struct Policy;

struct SocketFamily {
    std::string_view name;  ///< `inet6`
    std::uint32_t number;   ///< AF_ of linux/socket.h
    std::string_view summary;
};
/// In the order of their numbers; `netlink-route`, which is the part of netlink that tells of addresses and routes, comes first
/// among those of number 16.
[[nodiscard]] const std::vector<SocketFamily>& socket_families();
[[nodiscard]] const SocketFamily* find_socket_family(std::string_view name);
/// The part of netlink(7) with protocol 0.
inline constexpr std::string_view netlink_route_family = "netlink-route";
/// Whether it may be allowed without a reason: unix, inet, inet6, netlink-route.
[[nodiscard]] bool is_plain_family(std::string_view name);

/// What follows from the rest of the policy: the internet's families and netlink-route where there is a network, `unix` where a
/// socket of the host is granted.
[[nodiscard]] std::set<std::string> implied_families(const Policy& policy);
/// Fills in `sockets.allowed` from what is named and what follows; every family where there is no filter. To be called again by
/// who changes the network, the nodes or the filter of a policy.
void settle_sockets(Policy& policy);

}  // namespace sbx::policy
