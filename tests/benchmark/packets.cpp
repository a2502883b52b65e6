// What a packet filter costs a packet: `packets BUNDLE NETWORKS PORT [SPREAD]`. Loads the filter of a bundle in a user and network
// namespace of its own, as a launch does, with an interface behind which nobody is, and sends datagrams of UDP through it, each
// timed. Prints the median, in microseconds, of the first packet of connections, to networks taken at random and to ten of them
// again and again, and of packets of a connection that is established. The bundle allows UDP to 20.0.0.1, 20.0.0.5, 20.0.0.9 …,
// NETWORKS of them, at PORT (0: at every port); what is sent goes to SPREAD of those addresses (NETWORKS).
#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <linux/if_tun.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <net/route.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/udp.h>
#include <sched.h>
#include <string>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <vector>

namespace {

constexpr int turns = 20000;
constexpr std::uint16_t own_port = 5555;

void must(bool succeeded, const char* what) {
    if (!succeeded) {
        std::perror(what);
        std::exit(1);
    }
}

void spill(const char* file, const std::string& text) {
    const int to = open(file, O_WRONLY | O_CLOEXEC);
    must(to >= 0 && write(to, text.data(), text.size()) == static_cast<ssize_t>(text.size()), file);
    close(to);
}

sockaddr internet(std::uint32_t address) {
    sockaddr_in one{};
    one.sin_family = AF_INET;
    one.sin_addr.s_addr = htonl(address);
    sockaddr general{};
    std::memcpy(&general, &one, sizeof general);
    return general;
}

/// An interface whose other end is the descriptor; it has a router, whose hardware address is known.
int make_interface() {
    ifreq request{};
    std::memcpy(request.ifr_name, "tap0", sizeof "tap0");
    request.ifr_flags = IFF_TAP | IFF_NO_PI;
    const int tap = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
    must(tap >= 0 && ioctl(tap, TUNSETIFF, &request) == 0, "/dev/net/tun");
    const int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    request.ifr_addr = internet(0x0a000264);
    must(ioctl(any, SIOCSIFADDR, &request) == 0, "the address");
    request.ifr_netmask = internet(0xffffff00);
    must(ioctl(any, SIOCSIFNETMASK, &request) == 0, "the mask");
    request.ifr_flags = IFF_UP;
    must(ioctl(any, SIOCSIFFLAGS, &request) == 0, "the interface");
    arpreq router{};
    router.arp_pa = internet(0x0a000202);
    router.arp_ha.sa_family = ARPHRD_ETHER;
    router.arp_ha.sa_data[0] = 2;
    router.arp_flags = ATF_COM | ATF_PERM;
    std::memcpy(router.arp_dev, "tap0", sizeof "tap0");
    must(ioctl(any, SIOCSARP, &router) == 0, "the router");
    rtentry everywhere{};
    everywhere.rt_dst = internet(0);
    everywhere.rt_genmask = internet(0);
    everywhere.rt_gateway = internet(0x0a000202);
    everywhere.rt_flags = RTF_UP | RTF_GATEWAY;
    must(ioctl(any, SIOCADDRT, &everywhere) == 0, "the route");
    close(any);
    return tap;
}

void load(const std::string& file) {
    const pid_t process = fork();
    if (process == 0) {
        execlp("nft", "nft", "-f", file.c_str(), nullptr);
        _exit(127);
    }
    int status = 0;
    must(process > 0 && waitpid(process, &status, 0) == process && status == 0, file.c_str());
}

void load_filter(const std::string& bundle) {
    std::vector<std::string> parts;
    for (const auto& entry : std::filesystem::directory_iterator(bundle)) {
        const std::string name = entry.path().filename();
        if (name.starts_with("egress.") && name.ends_with(".nft") && name != "egress.nft" && name != "egress.allow.nft") {
            parts.push_back(entry.path());
        }
    }
    std::sort(parts.begin(), parts.end());
    load(bundle + "/egress.nft");
    for (const std::string& part : parts) {
        load(part);
    }
    load(bundle + "/egress.allow.nft");
}

double now() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

class Sender {
public:
    Sender() : socket_(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in own{};
        own.sin_family = AF_INET;
        own.sin_port = htons(own_port);
        must(bind(socket_, reinterpret_cast<const sockaddr*>(&own), sizeof own) == 0, "the socket");
        const int size = 1 << 26;
        setsockopt(socket_, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    }
    /// How long the kernel takes over one datagram; where the filter drops it, that is an error, and ends this.
    double send_to(std::uint32_t network, std::uint16_t port) const {
        sockaddr_in target{};
        target.sin_family = AF_INET;
        target.sin_addr.s_addr = htonl(address_of(network));
        target.sin_port = htons(port);
        const double begin = now();
        const bool sent = sendto(socket_, "x", 1, 0, reinterpret_cast<const sockaddr*>(&target), sizeof target) == 1;
        const double took = now() - begin;
        must(sent || errno == ENOBUFS || errno == EAGAIN, "a packet");
        return took;
    }
    static std::uint32_t address_of(std::uint32_t network) { return (20U << 24U) + 4 * network + 1; }

private:
    int socket_;
};

double median_of(std::vector<double> times) {
    std::nth_element(times.begin(), times.begin() + turns / 2, times.end());
    return times[turns / 2];
}

/// Each to another port where the filter lets it, so that each is the first of its connection.
double first_packets(const Sender& sender, std::uint32_t networks, std::uint16_t port) {
    std::vector<double> times(turns);
    std::uint32_t random = 12345;
    for (int turn = 0; turn < turns; ++turn) {
        random = random * 1103515245U + 12345U;
        times[static_cast<std::size_t>(turn)] =
            sender.send_to((random >> 8U) % networks, port != 0 ? port : static_cast<std::uint16_t>(1024 + turn));
    }
    return median_of(std::move(times));
}

/// Answers what the first packet of a connection asks, as its far end would.
void answer(int tap, std::uint16_t port) {
    char bytes[2048];
    for (;;) {
        const ssize_t length = read(tap, bytes, sizeof bytes);
        must(length >= 0 || errno == EAGAIN, "the interface");
        if (length < 0) {
            return;
        }
        iphdr ip{};
        udphdr udp{};
        constexpr std::size_t link = 14;
        if (static_cast<std::size_t>(length) < link + sizeof ip + sizeof udp) {
            continue;
        }
        std::memcpy(&ip, bytes + link, sizeof ip);
        std::memcpy(&udp, bytes + link + sizeof ip, sizeof udp);
        if (ip.version == 4 && ip.protocol == IPPROTO_UDP && udp.dest == htons(port) && ip.daddr == htonl(Sender::address_of(0))) {
            std::swap(ip.saddr, ip.daddr);  // the sum of the header stays what it was
            std::swap(udp.source, udp.dest);
            udp.check = 0;
            std::memcpy(bytes + link, &ip, sizeof ip);
            std::memcpy(bytes + link + sizeof ip, &udp, sizeof udp);
            std::swap_ranges(bytes, bytes + 6, bytes + 6);
            must(write(tap, bytes, static_cast<std::size_t>(length)) == length, "an answer");
            return;
        }
    }
}

double later_packets(const Sender& sender, int tap, std::uint16_t port) {
    answer(tap, 0);  // what lies there is read off
    sender.send_to(0, port);
    answer(tap, port);
    std::vector<double> times(turns);
    for (double& time : times) {
        time = sender.send_to(0, port);
    }
    return median_of(std::move(times));
}

}  // namespace

int main(int count, char** words) {
    if (count < 4) {
        std::fprintf(stderr, "usage: packets BUNDLE NETWORKS PORT [SPREAD]\n");
        return 2;
    }
    const auto networks = static_cast<std::uint32_t>(std::atoi(words[2]));
    const auto port = static_cast<std::uint16_t>(std::atoi(words[3]));
    const auto spread = count > 4 ? static_cast<std::uint32_t>(std::atoi(words[4])) : networks;
    const std::string user = std::to_string(geteuid());
    const std::string group = std::to_string(getegid());
    must(unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0, "namespaces");
    spill("/proc/self/setgroups", "deny");
    spill("/proc/self/uid_map", "0 " + user + " 1");
    spill("/proc/self/gid_map", "0 " + group + " 1");
    load_filter(words[1]);
    const int tap = make_interface();
    const Sender sender;
    static_cast<void>(first_packets(sender, spread, port));
    const double spread_out = first_packets(sender, spread, port);
    const double again = first_packets(sender, std::min<std::uint32_t>(10, spread), port);
    std::printf("%.2f %.2f %.2f\n", spread_out, again, later_packets(sender, tap, port != 0 ? port : 443));
    return 0;
}
