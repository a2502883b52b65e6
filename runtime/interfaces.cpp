// Raises and examines interfaces. See the header.
#include "runtime/interfaces.hpp"

#include "runtime/artifact_format.hpp"
#include "runtime/descriptor.hpp"
#include "runtime/refusal.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace sbx::runtime {

namespace {

ifreq request_for(std::string_view interface) {
    ifreq request{};
    std::copy_n(interface.data(), std::min(interface.size(), sizeof request.ifr_name - 1), request.ifr_name);
    return request;
}

Descriptor open_socket() {
    Descriptor any(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!any.open()) {
        refuse_errno(step::network, "no socket can be made", errno, "allow socket(2) in the system-call filter");
    }
    return any;
}

}  // namespace

void raise_loopback() {
    const Descriptor any = open_socket();
    ifreq request = request_for("lo");
    if (ioctl(any.get(), SIOCGIFFLAGS, &request) == 0) {
        request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
        if (ioctl(any.get(), SIOCSIFFLAGS, &request) == 0) {
            return;
        }
    }
    refuse_errno(step::network, "the sandbox's loopback cannot be raised", errno, "look for a security module that forbids it");
}

void allow_echo() {
    const Descriptor range(open("/proc/sys/net/ipv4/ping_group_range", O_WRONLY | O_CLOEXEC));
    constexpr std::string_view own = "0 0";
    if (range.open()) {
        static_cast<void>(!write(range.get(), own.data(), own.size()));
    }
}

void configure_outside(std::uint32_t address, std::uint32_t mask, std::uint32_t gateway) {
    const Descriptor any = open_socket();
    const auto internet = [](std::uint32_t number) {
        sockaddr_in one{};
        one.sin_family = AF_INET;
        one.sin_addr.s_addr = htonl(number);
        sockaddr general{};
        std::memcpy(&general, &one, sizeof general);
        return general;
    };
    ifreq request = request_for(format::filter_interface);
    request.ifr_addr = internet(address);
    bool done = ioctl(any.get(), SIOCSIFADDR, &request) == 0;
    request.ifr_netmask = internet(mask);
    done = done && ioctl(any.get(), SIOCSIFNETMASK, &request) == 0;
    done = done && ioctl(any.get(), SIOCGIFFLAGS, &request) == 0;
    request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
    done = done && ioctl(any.get(), SIOCSIFFLAGS, &request) == 0;
    rtentry everywhere{};
    everywhere.rt_dst = internet(0);
    everywhere.rt_genmask = internet(0);
    everywhere.rt_gateway = internet(gateway);
    everywhere.rt_flags = RTF_UP | RTF_GATEWAY;
    if (!done || ioctl(any.get(), SIOCADDRT, &everywhere) != 0) {
        refuse_errno(step::network, "the sandbox's interface cannot be configured", errno,
                     "see whether its addresses fit the network");
    }
}

void check_outside(const VirtualNetwork& inside) {
    const Descriptor any = open_socket();
    ifreq request = request_for(format::filter_interface);
    const bool up = ioctl(any.get(), SIOCGIFFLAGS, &request) == 0 && (request.ifr_flags & IFF_UP) != 0;
    sockaddr_in address{};
    if (ioctl(any.get(), SIOCGIFADDR, &request) == 0) {
        std::memcpy(&address, &request.ifr_addr, sizeof address);
    }
    if (!up || read_ipv4(inside.address) != ntohl(address.sin_addr.s_addr)) {
        refuse(step::network,
               "the user-mode network says that it is ready, and " + quoted(format::filter_interface) + " is not up with " +
                   inside.address,
               "report this: it cannot happen");
    }
}

bool has_ipv6_outside(const VirtualNetwork& inside) {
    in6_addr wanted{};
    ifaddrs* all = nullptr;
    if (inet_pton(AF_INET6, inside.address_6.c_str(), &wanted) != 1 || getifaddrs(&all) != 0) {
        return false;
    }
    bool found = false;
    for (const ifaddrs* one = all; one != nullptr; one = one->ifa_next) {
        if (one->ifa_addr != nullptr && one->ifa_addr->sa_family == AF_INET6) {
            sockaddr_in6 address{};
            std::memcpy(&address, one->ifa_addr, sizeof address);
            found = found || std::memcmp(&address.sin6_addr, &wanted, sizeof wanted) == 0;
        }
    }
    freeifaddrs(all);
    return found;
}

}  // namespace sbx::runtime
