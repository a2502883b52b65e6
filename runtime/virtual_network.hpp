// The network between the sandbox and the user-mode network: which addresses it takes. An address that it takes cannot be reached
// outside, so it stays away from those that the policy is about (R-NET-20).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::runtime {

/// Addresses of IPv4 as numbers, inclusive.
struct SpanV4 {
    std::uint32_t first = 0, last = 0;
};

struct VirtualNetwork {
    std::string cidr;              ///< `10.0.2.0/24`
    std::string address, gateway;  ///< the sandbox's own, and the user-mode network's; void with a macvlan interface, like the rest
    std::string resolver;          ///< where the user-mode network would answer names, if it were not told not to
    std::string broadcast;
    std::string address_6, gateway_6;  ///< with IPv6; the prefix is a unique local one, of 64 bits
    bool shadows = false;              ///< every choice overlaps with something that the policy names
};

/// Every address in `text`, which is policy.json, and every range between one and the next in the same object or list: more than
/// what the policy grants, never less.
[[nodiscard]] std::vector<SpanV4> addresses_in(std::string_view text);

/// The first of a few networks that overlaps with none of `taken`; if all do, the one that is least likely to be a real one.
[[nodiscard]] VirtualNetwork choose_virtual_network(const std::vector<SpanV4>& taken);

[[nodiscard]] std::string to_text_ipv4(std::uint32_t address);
/// The number of `10.0.0.1`; absent if `text` is no address of IPv4.
[[nodiscard]] std::optional<std::uint32_t> read_ipv4(std::string_view text);

}  // namespace sbx::runtime
