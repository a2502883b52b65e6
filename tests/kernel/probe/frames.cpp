// `frame:HOW:ADDRESS:PORT`: a datagram of IPv4 that goes to the interface itself, past everything that looks at packets on their
// way there (packet(7)). `ok` says that the kernel took it from us. HOW is `raw`, with its true protocol; `arp`, with that of
// neighbour discovery, which is a lie; `bypass`, past the queue of the interface too; `packet`, whose link header the kernel
// writes.
#include "tests/kernel/probe/probe.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <string>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace sbx::probe {
namespace {

std::uint16_t checksum_of(const iphdr& header) {
    std::uint16_t words[sizeof header / 2];
    std::memcpy(words, &header, sizeof header);
    std::uint32_t sum = 0;
    for (const std::uint16_t word : words) {
        sum += word;
    }
    sum = (sum & 0xffffU) + (sum >> 16U);
    return static_cast<std::uint16_t>(~(sum + (sum >> 16U)));
}

/// What is asked of an interface, by its name.
bool ask(unsigned long what, ifreq& request) {
    const int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    std::memcpy(request.ifr_name, "tap0", sizeof "tap0");
    const bool answered = ioctl(any, what, &request) == 0;
    close(any);
    return answered;
}

std::string datagram(const std::string& address, int port, in_addr source) {
    struct {
        iphdr ip;
        udphdr udp;
        char text[6];
    } packet{};
    packet.ip.version = 4;
    packet.ip.ihl = 5;
    packet.ip.ttl = 64;
    packet.ip.protocol = IPPROTO_UDP;
    packet.ip.tot_len = htons(sizeof packet.ip + sizeof packet.udp + sizeof packet.text);
    packet.ip.saddr = source.s_addr;
    inet_pton(AF_INET, address.c_str(), &packet.ip.daddr);
    packet.ip.check = checksum_of(packet.ip);
    packet.udp.source = htons(40000);
    packet.udp.dest = htons(static_cast<std::uint16_t>(port));
    packet.udp.len = htons(sizeof packet.udp + sizeof packet.text);  // without a checksum
    std::memcpy(packet.text, "hello\n", sizeof packet.text);
    return {reinterpret_cast<const char*>(&packet), sizeof packet.ip + sizeof packet.udp + sizeof packet.text};
}

bool send_frame(const std::string& how, const std::string& address, int port) {
    ifreq hardware{};
    ifreq internet{};
    ifreq index{};
    if (!ask(SIOCGIFHWADDR, hardware) || !ask(SIOCGIFADDR, internet) || !ask(SIOCGIFINDEX, index)) {
        return false;
    }
    sockaddr_in source{};
    std::memcpy(&source, &internet.ifr_addr, sizeof source);
    std::string bytes = datagram(address, port, source.sin_addr);
    if (how != "packet") {
        ethhdr link{};
        std::memset(link.h_dest, 0xff, sizeof link.h_dest);
        std::memcpy(link.h_source, hardware.ifr_hwaddr.sa_data, sizeof link.h_source);
        link.h_proto = htons(ETH_P_IP);
        bytes.insert(0, reinterpret_cast<const char*>(&link), sizeof link);
    }
    sockaddr_ll target{};
    target.sll_family = AF_PACKET;
    target.sll_protocol = htons(how == "arp" ? ETH_P_ARP : ETH_P_IP);
    target.sll_ifindex = index.ifr_ifindex;
    target.sll_halen = ETH_ALEN;
    std::memset(target.sll_addr, 0xff, ETH_ALEN);
    const int file = socket(AF_PACKET, (how == "packet" ? SOCK_DGRAM : SOCK_RAW) | SOCK_CLOEXEC, 0);
    const int on = 1;
    bool sent = file >= 0 && (how != "bypass" || setsockopt(file, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof on) == 0);
    sent = sent && sendto(file, bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&target), sizeof target) ==
                       static_cast<ssize_t>(bytes.size());
    const int code = errno;
    close(file);
    errno = code;
    return sent;
}

}  // namespace

bool frame_request(const std::string& word, const std::string& name, const std::string& argument) {
    if (name != "frame") {
        return false;
    }
    const std::string::size_type how = argument.find(':');
    const std::string::size_type port = argument.rfind(':');
    report(word, send_frame(argument.substr(0, how), argument.substr(how + 1, port - how - 1),
                            std::atoi(argument.substr(port + 1).c_str())));
    return true;
}

}  // namespace sbx::probe
