// Answers and writes down. See the header.
#include "tests/kernel/test_server.hpp"

#include "tests/kernel/test_network.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace sbx::kernel {
namespace {

constexpr std::uint16_t ftp = 21;
constexpr std::uint16_t ports[] = {ftp, 53, 78, 79, 80, 81, 82, 5432};

void need(bool succeeded, const char* what) {
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

/// Answers on every address of the namespace: HTTP and FTP where they are asked for; a query to port 53 is answered with the
/// address of `named`.
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
        // Answers come from the address that was asked, though no interface has it.
        setsockopt(file, IPPROTO_IPV6, IPV6_FREEBIND, &on, sizeof on);
        need(bind(file, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0, "bind");
        need(type == SOCK_DGRAM || listen(file, 64) == 0, "listen");
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
            if (port == ftp) {
                say(file, "220 ready\r\n");
            }
            const timeval patience{0, 200000};
            char word[1500];
            setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
            // What is not read when it is closed resets the connection.
            const ssize_t size = recv(file, word, sizeof word, 0);
            const bool http = size > 4 && std::memcmp(word, "GET ", 4) == 0;
            say(file, port == ftp ? passive(own.sin6_addr) : http ? "HTTP/1.0 200 OK\r\n\r\nhello\n" : "hello\n");
        }
        close(file);
    }
    static void say(int file, const std::string& text) { (void)!send(file, text.data(), text.size(), MSG_NOSIGNAL); }
    /// Where the next connection is to go, as FTP says it (RFC 959): to port 81 of the same address.
    static std::string passive(const in6_addr& address) {
        std::string numbers = text_of(address);
        std::replace(numbers.begin(), numbers.end(), '.', ',');
        return "227 Entering Passive Mode (" + numbers + ",0,81)\r\n";
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

}  // namespace

void serve_everywhere(const std::string& log) {
    Server server(log);
    server.run();
}

}  // namespace sbx::kernel
