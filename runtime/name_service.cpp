// Starts dnsmasq and asks it something. See the header; RFC 1035, section 4.
#include "runtime/name_service.hpp"

#include "runtime/memory_file.hpp"
#include "runtime/refusal.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <linux/capability.h>
#include <netinet/in.h>
#include <poll.h>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>

namespace sbx::runtime {

namespace {

// "sbx.invalid", A, IN, recursion desired: a name that exists nowhere (RFC 6761).
constexpr std::string_view question("sx\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03sbx\x07invalid\x00\x00\x01\x00\x01", 29);
constexpr std::size_t header_size = 12;

enum class Reply { none, refused, answered };

Reply ask(int timeout) {
    const Descriptor asking(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_in server{};
    server.sin_family = AF_INET;
    server.sin_port = htons(53);
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (!asking.open() || connect(asking.get(), reinterpret_cast<const sockaddr*>(&server), sizeof server) != 0 ||
        send(asking.get(), question.data(), question.size(), 0) != static_cast<ssize_t>(question.size())) {
        return Reply::none;
    }
    pollfd answer{asking.get(), POLLIN, 0};
    std::array<char, 512> bytes{};
    // An error here is that nobody listens yet.
    const ssize_t length = poll(&answer, 1, timeout) == 1 ? recv(asking.get(), bytes.data(), bytes.size(), 0) : -1;
    const bool ours = length >= static_cast<ssize_t>(header_size) && bytes[0] == question[0] && bytes[1] == question[1] &&
                      (static_cast<unsigned char>(bytes[2]) & 0x80U) != 0;
    if (!ours) {
        return Reply::none;
    }
    return bytes[6] == 0 && bytes[7] == 0 ? Reply::refused : Reply::answered;
}

}  // namespace

Child start_resolver(const BoundNetwork& network, Deadline deadline) {
    Program dnsmasq = *network.resolver;
    dnsmasq.capabilities = {CAP_NET_ADMIN, CAP_NET_BIND_SERVICE};
    const Descriptor configuration = memory_file("sbx-resolver", network.resolver_configuration);
    const ProgramOutput output;
    Child child = start_program(dnsmasq, {{configuration.get(), 0}, {output.descriptor(), 1}, {output.descriptor(), 2}});
    for (;;) {
        const Reply reply = ask(std::min(left_until(deadline), 1000));
        if (child.ended()) {
            refuse(step::network, "dnsmasq gave up" + output.first_line(), "install dnsmasq-base 2.87 or newer, built with nftset");
        }
        if (reply == Reply::refused) {
            return child;
        }
        if (reply == Reply::answered) {
            refuse(step::network, "dnsmasq answers a name that the policy does not list", "compile the policy again");
        }
        if (left_until(deadline) == 0) {
            refuse(step::network, "dnsmasq did not answer within 10 seconds" + output.first_line(),
                   "start it again, on a host with less load");
        }
        usleep(1000);
    }
}

}  // namespace sbx::runtime
