// Requests about networks. `echo:tcp:ADDRESS:PORT` succeeds when an answer comes back within two seconds.
#include "tests/kernel/probe/probe.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <string>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace sbx::probe {
namespace {

/// The port is after the last colon; an interface may stand after a `%`.
socklen_t parse(const std::string& text, sockaddr_storage& storage) {
    const std::string::size_type colon = text.rfind(':');
    const std::string::size_type percent = std::min(text.find('%'), colon);
    const std::string host = text.substr(0, percent);
    const auto port = htons(static_cast<std::uint16_t>(std::atoi(text.substr(colon + 1).c_str())));
    if (host.find(':') != std::string::npos) {
        auto* address = reinterpret_cast<sockaddr_in6*>(&storage);
        address->sin6_family = AF_INET6;
        address->sin6_port = port;
        address->sin6_scope_id = percent == colon ? 0 : if_nametoindex(text.substr(percent + 1, colon - percent - 1).c_str());
        inet_pton(AF_INET6, host.c_str(), &address->sin6_addr);
        return sizeof *address;
    }
    auto* address = reinterpret_cast<sockaddr_in*>(&storage);
    address->sin_family = AF_INET;
    address->sin_port = port;
    inet_pton(AF_INET, host.c_str(), &address->sin_addr);
    return sizeof *address;
}

int open_socket(int family, int type, int protocol) {
    const int file = socket(family, type | SOCK_CLOEXEC, protocol);
    const timeval patience{2, 0};
    setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(file, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    return file;
}

bool comes_back(int file, const char* bytes, std::size_t size) {
    char answer[64];
    errno = ENODATA;  // an end without an answer sets none
    return send(file, bytes, size, MSG_NOSIGNAL) == static_cast<ssize_t>(size) && recv(file, answer, sizeof answer, 0) > 0;
}

bool closed(int file, bool result) {
    const int code = errno;
    close(file);
    errno = code;
    return result;
}

bool echo(const std::string& argument) {
    sockaddr_storage storage{};
    const socklen_t length = parse(argument.substr(4), storage);
    const int file = open_socket(storage.ss_family, argument.starts_with("tcp") ? SOCK_STREAM : SOCK_DGRAM, 0);
    const bool connected = file >= 0 && connect(file, reinterpret_cast<const sockaddr*>(&storage), length) == 0;
    return closed(file, connected && comes_back(file, "hello\n", 6));
}

/// A datagram that no link holds in one piece.
bool fragmented(const std::string& argument) {
    sockaddr_storage storage{};
    const socklen_t length = parse(argument.substr(4), storage);
    const int file = open_socket(storage.ss_family, SOCK_DGRAM, 0);
    const int largest = 1280;
    const bool six = storage.ss_family == AF_INET6;
    if (six) {
        setsockopt(file, IPPROTO_IPV6, IPV6_MTU, &largest, sizeof largest);
    }
    const std::string bytes(six ? 4000 : 65507, 'x');
    const bool connected = file >= 0 && connect(file, reinterpret_cast<const sockaddr*>(&storage), length) == 0;
    return closed(file, connected && comes_back(file, bytes.data(), bytes.size()));
}

/// `FIRST/udp:ADDRESS:PORT`: a datagram that names where it is to go first. Of IPv4 a loose source route (RFC 791), which newer
/// kernels want CAP_NET_RAW for; of IPv6 a segment routing header (RFC 8754), which nobody needs anything for.
bool routed(const std::string& argument) {
    const std::string::size_type slash = argument.find('/');
    sockaddr_storage first{};
    sockaddr_storage last{};
    parse(argument.substr(0, slash) + ":0", first);
    const socklen_t length = parse(argument.substr(slash + 5), last);
    const bool six = last.ss_family == AF_INET6;
    unsigned char route[8] = {1, 131, 7, 4};  // one byte of padding; loose; seven bytes; the first address is next
    std::memcpy(route + 4, &reinterpret_cast<const sockaddr_in*>(&first)->sin_addr, 4);
    unsigned char header[40] = {0, 4, 4, 1, 1};  // five times eight bytes; segment routing; one is left; it is the second
    std::memcpy(header + 8, &reinterpret_cast<const sockaddr_in6*>(&last)->sin6_addr, 16);
    std::memcpy(header + 24, &reinterpret_cast<const sockaddr_in6*>(&first)->sin6_addr, 16);
    const int file = open_socket(last.ss_family, SOCK_DGRAM, 0);
    const bool set = (six ? setsockopt(file, IPPROTO_IPV6, IPV6_RTHDR, header, sizeof header)
                          : setsockopt(file, IPPROTO_IP, IP_OPTIONS, route, sizeof route)) == 0;
    const bool connected = set && connect(file, reinterpret_cast<const sockaddr*>(&last), length) == 0;
    return closed(file, connected && comes_back(file, "hello\n", 6));
}

/// Asks an FTP server for a second connection, which a helper of connection tracking would expect. `ok` if it has answered.
bool passive(const std::string& argument) {
    sockaddr_storage storage{};
    const socklen_t length = parse(argument, storage);
    const int file = open_socket(storage.ss_family, SOCK_STREAM, 0);
    char greeting[64];
    const bool greeted = file >= 0 && connect(file, reinterpret_cast<const sockaddr*>(&storage), length) == 0 &&
                         recv(file, greeting, sizeof greeting, 0) > 0;
    return closed(file, greeted && comes_back(file, "PASV\r\n", 6));
}

bool ping(const std::string& host) {
    sockaddr_storage storage{};
    const socklen_t length = parse(host + ":0", storage);
    const int file = open_socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP);
    icmphdr request{};
    request.type = ICMP_ECHO;
    const bool connected = file >= 0 && connect(file, reinterpret_cast<const sockaddr*>(&storage), length) == 0;
    return closed(file, connected && comes_back(file, reinterpret_cast<const char*>(&request), sizeof request));
}

/// Asks 127.0.0.1 for the address of a name, and says what it is, or that there is none.
void query(const std::string& word, const std::string& name) {
    std::string packet("sx\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00", 12);
    for (std::size_t begin = 0; begin <= name.size();) {
        const std::size_t end = std::min(name.find('.', begin), name.size());
        packet += static_cast<char>(end - begin) + name.substr(begin, end - begin);
        begin = end + 1;
    }
    packet += std::string("\0\0\x01\0\x01", 5);
    sockaddr_storage storage{};
    const socklen_t length = parse("127.0.0.1:53", storage);
    const int file = open_socket(AF_INET, SOCK_DGRAM, 0);
    char answer[512];
    const bool asked = connect(file, reinterpret_cast<const sockaddr*>(&storage), length) == 0 &&
                       send(file, packet.data(), packet.size(), 0) == static_cast<ssize_t>(packet.size());
    const ssize_t size = asked ? recv(file, answer, sizeof answer, 0) : -1;
    if (size < 12) {
        report(word, closed(file, false));
        return;
    }
    close(file);
    char text[INET_ADDRSTRLEN] = "";
    if (answer[7] != 0) {
        inet_ntop(AF_INET, answer + size - 4, text, sizeof text);
    }
    std::printf("%s %s%s\n", word.c_str(), answer[7] != 0 ? "= " : "refused", text);
    std::fflush(stdout);
}

/// `listen:PORT:SECONDS`: answers one connection.
bool serve(const std::string& argument) {
    sockaddr_storage storage{};
    const std::string::size_type colon = argument.find(':');
    const socklen_t length = parse("0.0.0.0:" + argument.substr(0, colon), storage);
    const int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval patience{std::atoi(argument.substr(colon + 1).c_str()), 0};
    setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (bind(file, reinterpret_cast<const sockaddr*>(&storage), length) != 0 || listen(file, 4) != 0) {
        return closed(file, false);
    }
    report("listening", true);
    const int caller = accept(file, nullptr, nullptr);
    char word[64];  // what is not read when it is closed resets the connection
    setsockopt(caller, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    const bool answered = caller >= 0 && recv(caller, word, sizeof word, 0) > 0 && send(caller, "inside\n", 7, MSG_NOSIGNAL) == 7;
    // Until the caller has it and hangs up: what carries the bytes (pasta) may else close the connection before it passes them on.
    while (answered && recv(caller, word, sizeof word, 0) > 0) {
    }
    return closed(file, closed(caller, answered));
}

}  // namespace

bool network_request(const std::string& word, const std::string& name, const std::string& argument) {
    if (name == "echo") {
        report(word, echo(argument));
    } else if (name == "fragments") {
        report(word, fragmented(argument));
    } else if (name == "routed") {
        report(word, routed(argument));
    } else if (name == "passive") {
        report(word, passive(argument));
    } else if (name == "ping") {
        report(word, ping(argument));
    } else if (name == "query") {
        query(word, argument);
    } else if (name == "listen") {
        report(word, serve(argument));
    } else {
        return false;
    }
    return true;
}

}  // namespace sbx::probe
