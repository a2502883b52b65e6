// Reads the host's addresses. See the header.
#include "runtime/host_addresses.hpp"

#include "runtime/refusal.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <ifaddrs.h>
#include <memory>
#include <netinet/in.h>

namespace sbx::runtime {

namespace {

void sort_out(std::vector<std::string>& addresses) {
    std::sort(addresses.begin(), addresses.end());
    addresses.erase(std::unique(addresses.begin(), addresses.end()), addresses.end());
}

}  // namespace

HostAddresses read_host_addresses() {
    ifaddrs* list = nullptr;
    if (getifaddrs(&list) != 0) {
        refuse_errno(step::network, "the host's own addresses cannot be read, so they could not be denied", errno,
                     "allow netlink sockets in the system-call filter");
    }
    const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(list, freeifaddrs);
    HostAddresses result;
    std::array<char, INET6_ADDRSTRLEN> text{};
    for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
        if (entry->ifa_addr == nullptr) {
            continue;
        }
        if (entry->ifa_addr->sa_family == AF_INET) {
            const in_addr& address = reinterpret_cast<const sockaddr_in*>(entry->ifa_addr)->sin_addr;
            if (ntohl(address.s_addr) >> 24U != IN_LOOPBACKNET) {
                result.ipv4.emplace_back(inet_ntop(AF_INET, &address, text.data(), text.size()));
            }
        } else if (entry->ifa_addr->sa_family == AF_INET6) {
            const in6_addr& address = reinterpret_cast<const sockaddr_in6*>(entry->ifa_addr)->sin6_addr;
            if (IN6_IS_ADDR_LOOPBACK(&address) == 0) {
                result.ipv6.emplace_back(inet_ntop(AF_INET6, &address, text.data(), text.size()));
            }
        }
    }
    sort_out(result.ipv4);
    sort_out(result.ipv6);
    return result;
}

}  // namespace sbx::runtime
