// The framing of netlink(7), which the packet filter and the interfaces of a sandbox are made by: headers and attributes that are
// written into a buffer, and messages that are taken off an answer. Lengths in answers come from the kernel, and are checked.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <linux/netlink.h>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace sbx::runtime {

/// Messages one after the other. They have to fit: what is asked for has a known size.
class NetlinkWriter {
public:
    /// `head` is what every message of a protocol begins with: struct nfgenmsg, struct ifinfomsg.
    template <class Head>
    void begin_message(int type, int flags, const Head& head) {
        message_ = length_;
        const nlmsghdr header{0, static_cast<std::uint16_t>(type), static_cast<std::uint16_t>(flags), 0, 0};
        append(&header, sizeof header);
        append(&head, sizeof head);
    }
    void end_message();
    void add(int type, std::string_view value);
    void add_name(int type, std::string_view name) { add(type, std::string(name) + '\0'); }
    /// `fill` adds what lies in it.
    template <class Fill>
    void add_nested(int type, Fill fill) {
        const std::size_t at = length_;
        add(type, {});
        fill();
        end_nested(at);
    }
    [[nodiscard]] std::string_view bytes() const { return {bytes_.data(), length_}; }

private:
    alignas(nlmsghdr) std::array<char, 2048> bytes_{};
    std::size_t length_ = 0, message_ = 0;

    void append(const void* from, std::size_t size);
    void end_nested(std::size_t at);
};

struct NetlinkMessage {
    nlmsghdr header{};
    std::string_view body;
    /// Of an answer: 0 is an acknowledgement; EBADMSG where it is no answer.
    [[nodiscard]] int error() const;
};
/// Takes the first message off `rest`; nullopt where that does not begin with a whole one.
[[nodiscard]] std::optional<NetlinkMessage> take_message(std::string_view& rest);

/// recv(2), again where a signal came.
[[nodiscard]] ssize_t receive_netlink(int socket, char* bytes, std::size_t size, int flags);

}  // namespace sbx::runtime
