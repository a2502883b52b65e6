// Policies about the network, and for each what is tried under it. See egress_table_test.cpp for who decides what.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace sbx::kernel {

/// Requests are lines, made in their order:
///
///     allowed|denied tcp|udp|fragments ADDRESS PORT    `fragments` is a datagram that no link holds in one piece; an IPv4-mapped
///                                                      address is asked for by a socket of IPv6; `%tap0` names the interface
///     own tcp|udp ADDRESS PORT                         loopback: allowed, and nobody is there
///     allowed|denied resolve NAME
struct EgressRow {
    std::string name;
    std::string statements;  ///< inside `network { }`, separated by `; `
    std::vector<std::string> requests;
    std::string header{};               ///< declarations of parameters
    std::vector<std::string> values{};  ///< NAME=VALUE
    /// Where the user-mode network answers itself: not in the networks that the policy is about.
    std::vector<std::string> gateways = {"10.0.2.2", "10.0.2.3"};
};
[[nodiscard]] const std::vector<EgressRow>& egress_table();
inline void PrintTo(const EgressRow& row, std::ostream* out) {
    *out << row.name;
}

}  // namespace sbx::kernel
