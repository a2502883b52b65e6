// Names, numbers, and what follows from where. See the header.
#include "compiler/policy/socket_families.hpp"

#include "compiler/policy/policy.hpp"

#include <algorithm>

namespace sbx::policy {
namespace {

constexpr std::uint32_t af_netlink = 16;

}  // namespace

const std::vector<SocketFamily>& socket_families() {
    static const std::vector<SocketFamily> families = [] {
        std::vector<SocketFamily> made;
        const auto add = [&made](SocketFamily family) {
            if (family.number == af_netlink) {
                made.push_back({netlink_route_family, af_netlink, "addresses and routes"});
            }
            made.push_back(family);
        };
#define SBX_SOCKET_FAMILY(name, number, summary) add({#name, number, summary});
#include "compiler/policy/socket_families.def"
#undef SBX_SOCKET_FAMILY
        return made;
    }();
    return families;
}

const SocketFamily* find_socket_family(std::string_view name) {
    const auto& families = socket_families();
    const auto found = std::find_if(families.begin(), families.end(), [&](const SocketFamily& each) { return each.name == name; });
    return found == families.end() ? nullptr : &*found;
}

bool is_plain_family(std::string_view name) {
    return name == "unix" || name == "inet" || name == "inet6" || name == netlink_route_family;
}

std::set<std::string> implied_families(const Policy& policy) {
    std::set<std::string> implied;
    if (policy.network.mode.value != NetworkMode::off) {
        implied = {"inet", "inet6", std::string(netlink_route_family)};
    }
    const auto& nodes = policy.filesystem.nodes;
    if (std::any_of(nodes.begin(), nodes.end(),
                    [](const auto& each) { return std::holds_alternative<HostSocket>(each.second.content); })) {
        implied.insert("unix");
    }
    return implied;
}

void settle_sockets(Policy& policy) {
    SocketFamilies& sockets = policy.sockets;
    sockets.allowed = sockets.named;
    const auto add = [&](const std::string& family) { sockets.allowed.try_emplace(family); };
    if (policy.system_calls.unrestricted.value) {
        for (const SocketFamily& family : socket_families()) {
            add(std::string(family.name));
        }
    }
    for (const std::string& family : implied_families(policy)) {
        add(family);
    }
    if (sockets.allowed.count("netlink") != 0) {
        add(std::string(netlink_route_family));  // a part of it
    }
}

}  // namespace sbx::policy
