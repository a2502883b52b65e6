// Reads what is asked for. See the header.
#include "runtime/macvlan.hpp"

#include "runtime/number.hpp"
#include "runtime/refusal.hpp"

#include <net/if.h>

namespace sbx::runtime {

namespace {

constexpr unsigned longest_prefix = 30;  // of a network with room for the sandbox and its gateway

[[noreturn]] void bad_address() {
    refuse(step::usage, "`--address` is not an address of IPv4 with the length of its network's prefix, from 1 to 30",
           "write one like `--address 192.0.2.10/24`");
}

void read_address(const std::string& text, Macvlan& macvlan) {
    const std::size_t slash = text.find('/');
    const std::optional<std::uint32_t> address = read_ipv4(std::string_view(text).substr(0, slash));
    const std::optional<std::uint64_t> prefix =
        slash == std::string::npos ? std::nullopt : read_number(std::string_view(text).substr(slash + 1));
    if (!address || !prefix || *prefix < 1 || *prefix > longest_prefix) {
        bad_address();
    }
    macvlan.address = *address;
    macvlan.mask = ~0U << (32U - static_cast<unsigned>(*prefix));
    macvlan.text_address = text;
    const std::uint32_t host = macvlan.address & ~macvlan.mask;
    if (host == 0 || host == ~macvlan.mask) {
        refuse(step::usage, quoted(text) + " is the network itself or its broadcast address",
               "give an address that a host can have");
    }
}

void read_gateway(const std::string& text, Macvlan& macvlan) {
    const std::optional<std::uint32_t> gateway = read_ipv4(text);
    if (!gateway || ((*gateway ^ macvlan.address) & macvlan.mask) != 0 || *gateway == macvlan.address) {
        refuse(step::usage, quoted(text) + " is no other address in the network of " + quoted(macvlan.text_address),
               "give the router's address there, as in `--gateway 192.0.2.1`");
    }
    macvlan.gateway = *gateway;
    macvlan.text_gateway = text;
}

}  // namespace

std::optional<Macvlan> bind_macvlan(const CommandLine& line, const NetworkDeclaration& network, const Identity& identity) {
    if (line.macvlan.empty()) {
        return std::nullopt;
    }
    if (network.mode != NetworkMode::filtered) {
        refuse(step::usage, "`--macvlan` is for a filtered network, which this policy does not have",
               "leave it out, or let the policy allow something in a `network { }` block");
    }
    if (!identity.drops) {
        refuse(step::usage, "only root can give a sandbox a macvlan interface",
               "leave `--macvlan` out, since a user-mode network needs no privilege, or run sbx-run as root");
    }
    if (!network.publish.empty()) {
        refuse(step::usage, "the policy publishes a port of the host, which a macvlan interface cannot do",
               "leave `--macvlan` out");
    }
    Macvlan macvlan;
    macvlan.parent = line.macvlan;
    macvlan.index = if_nametoindex(line.macvlan.c_str());
    if (macvlan.index == 0) {
        refuse(step::network, "this host has no interface " + quoted(line.macvlan), "name one that `ip link` shows");
    }
    read_address(line.address, macvlan);
    read_gateway(line.gateway, macvlan);
    return macvlan;
}

VirtualNetwork network_of(const Macvlan& macvlan) {
    VirtualNetwork result;
    result.cidr = macvlan.text_address;
    result.address = macvlan.text_address.substr(0, macvlan.text_address.find('/'));
    result.broadcast = to_text_ipv4(macvlan.address | ~macvlan.mask);
    return result;
}

}  // namespace sbx::runtime
