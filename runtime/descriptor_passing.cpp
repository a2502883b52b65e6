// Sends and receives descriptors. See the header.
#include "runtime/descriptor_passing.hpp"

#include <array>
#include <cerrno>
#include <cstring>

namespace sbx::runtime {

bool send_descriptor(int socket, std::string_view text, int descriptor) noexcept {
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    iovec part{const_cast<char*>(text.data()), text.size()};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    cmsghdr* const rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(rights), &descriptor, sizeof descriptor);
    ssize_t sent = -1;
    do {
        sent = sendmsg(socket, &header, MSG_NOSIGNAL);
    } while (sent < 0 && errno == EINTR);
    return sent == static_cast<ssize_t>(text.size());
}

Descriptor descriptor_of(msghdr& header) noexcept {
    Descriptor first;
    for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) {
            continue;
        }
        const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        for (std::size_t i = 0; i < count; ++i) {
            int number = -1;
            std::memcpy(&number, CMSG_DATA(part) + i * sizeof(int), sizeof number);
            Descriptor descriptor(number);
            if (!first.open()) {
                first = std::move(descriptor);
            }
        }
    }
    return first;
}

Descriptor receive_descriptor(int socket, std::string_view text) noexcept {
    std::array<char, 64> bytes{};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    iovec part{bytes.data(), bytes.size()};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    ssize_t length = -1;
    do {
        length = recvmsg(socket, &header, MSG_CMSG_CLOEXEC);
    } while (length < 0 && errno == EINTR);
    if (length < 0) {
        return {};
    }
    Descriptor descriptor = descriptor_of(header);
    const bool exact = std::string_view(bytes.data(), static_cast<std::size_t>(length)) == text &&
                       (header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0;
    return exact ? std::move(descriptor) : Descriptor();
}

}  // namespace sbx::runtime
