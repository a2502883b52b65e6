// See the header; linux/netlink.h.
#include "runtime/netlink.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <sys/socket.h>

namespace sbx::runtime {

void NetlinkWriter::append(const void* from, std::size_t size) {
    std::memcpy(&bytes_.at(length_ + NLMSG_ALIGN(size)) - NLMSG_ALIGN(size), from, size);  // what it is aligned with is zero
    length_ += NLMSG_ALIGN(size);
}

void NetlinkWriter::end_message() {
    const auto length = static_cast<std::uint32_t>(length_ - message_);
    std::memcpy(bytes_.data() + message_, &length, sizeof length);
}

void NetlinkWriter::add(int type, std::string_view value) {
    const nlattr attribute{static_cast<std::uint16_t>(NLA_HDRLEN + value.size()), static_cast<std::uint16_t>(type)};
    append(&attribute, sizeof attribute);
    if (!value.empty()) {
        append(value.data(), value.size());
    }
}

void NetlinkWriter::end_nested(std::size_t at) {
    const auto length = static_cast<std::uint16_t>(length_ - at);
    std::memcpy(bytes_.data() + at, &length, sizeof length);
}

int NetlinkMessage::error() const {
    nlmsgerr answer{};
    if (header.nlmsg_type != NLMSG_ERROR || body.size() < sizeof answer) {
        return EBADMSG;
    }
    std::memcpy(&answer, body.data(), sizeof answer);
    return -answer.error;
}

std::optional<NetlinkMessage> take_message(std::string_view& rest) {
    NetlinkMessage message;
    if (rest.size() < sizeof message.header) {
        return std::nullopt;
    }
    std::memcpy(&message.header, rest.data(), sizeof message.header);
    const std::size_t length = message.header.nlmsg_len;
    if (length < sizeof message.header || length > rest.size()) {
        return std::nullopt;
    }
    message.body = rest.substr(sizeof message.header, length - sizeof message.header);
    rest.remove_prefix(std::min<std::size_t>(NLMSG_ALIGN(length), rest.size()));
    return message;
}

ssize_t receive_netlink(int socket, char* bytes, std::size_t size, int flags) {
    ssize_t length = -1;
    do {
        length = recv(socket, bytes, size, flags);
    } while (length < 0 && errno == EINTR);
    return length;
}

}  // namespace sbx::runtime
