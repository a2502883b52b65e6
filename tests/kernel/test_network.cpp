// Namespaces, addresses and servers. See the header; ip(8) does what takes netlink.
#include "tests/kernel/test_network.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <stdexcept>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sbx::kernel {
namespace {

constexpr std::uint16_t ports[] = {53, 79, 80, 81, 5432};

void must(bool succeeded, const char* what) {
    if (!succeeded) {
        std::perror(what);
        _exit(1);
    }
}

sockaddr_in6 everywhere(std::uint16_t port) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(port);
    return address;
}

std::string text_of(const in6_addr& address) {
    char text[INET6_ADDRSTRLEN];
    const bool four = IN6_IS_ADDR_V4MAPPED(&address);
    inet_ntop(four ? AF_INET : AF_INET6, four ? static_cast<const void*>(address.s6_addr + 12) : &address, text, sizeof text);
    return text;
}

/// Answers on every address of the namespace; a query to port 53 is answered with the address of `named`.
class Server {
public:
    explicit Server(const std::string& log) : log_(open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)) {
        for (const std::uint16_t port : ports) {
            add(SOCK_STREAM, port);
            add(SOCK_DGRAM, port);
        }
    }
    [[noreturn]] void run() {
        for (;;) {
            poll(files_.data(), files_.size(), -1);
            for (std::size_t i = 0; i < files_.size(); ++i) {
                if (files_[i].revents != 0) {
                    i % 2 == 0 ? answer_stream(files_[i].fd, ports[i / 2]) : answer_packet(files_[i].fd, ports[i / 2]);
                }
            }
        }
    }

private:
    int log_;
    std::vector<pollfd> files_;

    void add(int type, std::uint16_t port) {
        const int file = socket(AF_INET6, type | SOCK_CLOEXEC, 0);
        const int off = 0;
        const int on = 1;
        const sockaddr_in6 address = everywhere(port);
        setsockopt(file, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
        setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        setsockopt(file, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on);
        must(bind(file, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0, "bind");
        must(type == SOCK_DGRAM || listen(file, 64) == 0, "listen");
        files_.push_back({file, POLLIN, 0});
    }
    void note(const char* protocol, const in6_addr& address, std::uint16_t port) const {
        const std::string line = std::string(protocol) + " " + text_of(address) + " " + std::to_string(port) + "\n";
        (void)!write(log_, line.data(), line.size());
    }
    void answer_stream(int listener, std::uint16_t port) const {
        const int file = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        sockaddr_in6 own{};
        socklen_t length = sizeof own;
        if (file >= 0 && getsockname(file, reinterpret_cast<sockaddr*>(&own), &length) == 0) {
            note("tcp", own.sin6_addr, port);
            const timeval patience{0, 200000};
            char word[64];
            setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
            (void)!recv(file, word, sizeof word, 0);  // what is not read when it is closed resets the connection
            (void)!send(file, "hello\n", 6, MSG_NOSIGNAL);
        }
        close(file);
    }
    void answer_packet(int file, std::uint16_t port) const {
        char bytes[1500];
        alignas(cmsghdr) char control[256];
        sockaddr_in6 caller{};
        iovec part{bytes, sizeof bytes};
        msghdr header{};
        header.msg_name = &caller;
        header.msg_namelen = sizeof caller;
        header.msg_iov = &part;
        header.msg_iovlen = 1;
        header.msg_control = control;
        header.msg_controllen = sizeof control;
        const ssize_t length = recvmsg(file, &header, 0);
        for (cmsghdr* one = CMSG_FIRSTHDR(&header); length >= 0 && one != nullptr; one = CMSG_NXTHDR(&header, one)) {
            if (one->cmsg_level == IPPROTO_IPV6 && one->cmsg_type == IPV6_PKTINFO) {
                in6_pktinfo info{};
                std::memcpy(&info, CMSG_DATA(one), sizeof info);
                note("udp", info.ipi6_addr, port);
            }
        }
        const std::string reply = port == 53 && length > 12 ? resolved({bytes, static_cast<std::size_t>(length)}) : "hello\n";
        part = {const_cast<char*>(reply.data()), reply.size()};
        (void)!sendmsg(file, &header, MSG_NOSIGNAL);  // with the packet information that came: from the address that was asked
    }
    static std::string resolved(std::string query) {
        std::size_t end = 12;
        while (end < query.size() && query[end] != '\0') {
            end += static_cast<unsigned char>(query[end]) + 1U;
        }
        const bool address = end + 4 < query.size() && query[end + 2] == 1;
        std::string reply = query.substr(0, 2) + std::string("\x81\x80\x00\x01\x00", 5) +
                            (address ? "\x01" : std::string(1, '\0')) + std::string(4, '\0') + query.substr(12, end + 5 - 12);
        if (address) {
            in_addr named{};
            inet_pton(AF_INET, TestNetwork::named, &named);
            reply += std::string("\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04", 12) +
                     std::string(reinterpret_cast<const char*>(&named), 4);
        }
        return reply;
    }
};

void shell(const std::string& commands) {
    const Outcome outcome =
        run({.words = {"/bin/sh", "-ec", commands}, .environment = {{"PATH", "/usr/sbin:/usr/bin:/sbin:/bin"}}});
    if (outcome.status != 0) {
        throw std::runtime_error("the test network: " + outcome.text());
    }
}

/// A process that keeps a network namespace, and serves in it once a byte came.
struct Keeper {
    pid_t process = -1;
    int start = -1;
};
Keeper keep_namespace(const std::string& log) {
    int ready[2];
    int start[2];
    if (pipe2(ready, O_CLOEXEC) != 0 || pipe2(start, O_CLOEXEC) != 0) {
        throw std::runtime_error("pipe");
    }
    const pid_t process = fork();
    if (process == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        must(unshare(CLONE_NEWNET) == 0, "unshare");
        (void)!write(ready[1], "r", 1);
        char byte = 0;
        close(start[1]);
        must(read(start[0], &byte, 1) == 1, "start");
        Server server(log);
        (void)!write(ready[1], "r", 1);
        server.run();
    }
    close(ready[1]);
    close(start[0]);
    char byte = 0;
    if (process < 0 || read(ready[0], &byte, 1) != 1) {
        throw std::runtime_error("no network namespace");
    }
    close(ready[0]);
    return {process, start[1]};
}

}  // namespace

TestNetwork& TestNetwork::instance() {
    static TestNetwork network;
    return network;
}

TestNetwork::TestNetwork() : directory_("/var/tmp/sbx-kernel-network-XXXXXX") {
    if (mkdtemp(directory_.data()) == nullptr) {
        throw std::runtime_error("mkdtemp below /var/tmp");
    }
    const Keeper here = keep_namespace(directory_ + "/host");
    const Keeper there = keep_namespace(directory_ + "/world");
    processes_ = {here.process, there.process};
    const std::string host_pid = std::to_string(here.process);
    const std::string world_pid = std::to_string(there.process);
    shell("h='nsenter -t " + host_pid + " -n ip' w='nsenter -t " + world_pid + " -n ip'\n" +
          "$h link add near type veth peer name far netns " + world_pid + "\n" +
          "for n in \"$h\" \"$w\"; do $n link set lo up; done\n"
          "$h addr add 10.77.0.1/24 dev near; $h addr add fd77::1/64 dev near nodad; $h link set near up\n"
          "$w addr add 10.77.0.2/24 dev far; $w addr add fd77::2/64 dev far nodad; $w link set far up\n"
          "for a in 203.0.113.5 203.0.113.6 203.0.113.9 10.0.2.77 169.254.169.254; do $w addr add $a/32 dev lo; done\n"
          "for a in 2001:db8:77::5 2001:db8:77::6; do $w addr add $a/128 dev lo; done\n"
          "$h route add default via 10.77.0.2; $h -6 route add default via fd77::2\n"
          "nsenter -t " +
          host_pid + " -n sh -c 'echo 0 2147483647 > /proc/sys/net/ipv4/ping_group_range'\n");
    host_ = open(("/proc/" + host_pid + "/ns/net").c_str(), O_RDONLY | O_CLOEXEC);
    for (const int start : {here.start, there.start}) {
        (void)!write(start, "s", 1);
        close(start);
    }
    for (const char* where : {"host", "world"}) {
        for (int turn = 0; turn < 500 && !std::filesystem::exists(directory_ + "/" + where); ++turn) {
            usleep(10000);
        }
    }
    usleep(50000);  // the log is opened before the sockets are bound
}

TestNetwork::~TestNetwork() {
    for (const pid_t process : processes_) {
        kill(process, SIGKILL);
        waitpid(process, nullptr, 0);
    }
    close(host_);
    std::error_code ignored;
    std::filesystem::remove_all(directory_, ignored);
}

Command TestNetwork::in_host(Command command, Tun tun) const {
    const int host_namespace = host_;
    const std::string resolver = directory_ + "/resolv.conf";
    write_file(resolver, "nameserver 10.77.0.2\n", 0644);
    command.before_exec = [host_namespace, tun, resolver, before = command.before_exec] {
        must(setns(host_namespace, CLONE_NEWNET) == 0 && unshare(CLONE_NEWNS) == 0, "setns");
        must(mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0, "mount");
        must(mount("none", "/dev/net", "tmpfs", 0, "mode=755") == 0, "mount on /dev/net");
        mount(resolver.c_str(), "/etc/resolv.conf", nullptr, MS_BIND, nullptr);
        if (tun != Tun::absent) {
            const mode_t mode = tun == Tun::usable ? 0666 : 0600;
            must(mknod("/dev/net/tun", S_IFCHR | mode, makedev(10, 200)) == 0 && chmod("/dev/net/tun", mode) == 0, "mknod");
        }
        if (before) {
            before();
        }
    };
    return command;
}

void TestNetwork::clear() {
    for (const char* where : {"host", "world"}) {
        (void)!truncate((directory_ + "/" + where).c_str(), 0);
    }
}

bool TestNetwork::reached(const std::string& where, const std::string& what) const {
    for (int turn = 0; turn < 3; ++turn) {
        if (("\n" + read_file(directory_ + "/" + where)).find("\n" + what + "\n") != std::string::npos) {
            return true;
        }
        usleep(20000);
    }
    return false;
}

std::vector<pid_t> TestNetwork::helpers() const {
    struct stat own {};
    std::vector<pid_t> found = processes_with("tap0");
    std::erase_if(found, [&](pid_t process) {
        struct stat other {};
        return fstat(host_, &own) != 0 || stat(("/proc/" + std::to_string(process) + "/ns/net").c_str(), &other) != 0 ||
               own.st_ino != other.st_ino;
    });
    return found;
}

bool TestNetwork::helpers_gone(int milliseconds) const {
    for (; !helpers().empty(); milliseconds -= 10) {
        if (milliseconds <= 0) {
            return false;
        }
        usleep(10000);
    }
    return true;
}

void TestNetwork::kill_helpers() const {
    for (const pid_t process : helpers()) {
        kill(process, SIGKILL);
    }
}

std::string TestNetwork::log() const {
    return "host:\n" + read_file(directory_ + "/host") + "world:\n" + read_file(directory_ + "/world");
}

}  // namespace sbx::kernel
