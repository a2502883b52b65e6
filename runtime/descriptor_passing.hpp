// A message with a descriptor in it, over a socket of packets (unix(7), SCM_RIGHTS).
#pragma once

#include "runtime/descriptor.hpp"

#include <string_view>
#include <sys/socket.h>

namespace sbx::runtime {

/// Whether it was sent, whole.
[[nodiscard]] bool send_descriptor(int socket, std::string_view text, int descriptor) noexcept;

/// Waits for one packet. Closed unless that was `text`, exactly, with one descriptor: the end of the stream is no message.
[[nodiscard]] Descriptor receive_descriptor(int socket, std::string_view text) noexcept;

/// The first descriptor of a packet that recvmsg(2) filled in; the others, if there are any, are closed.
[[nodiscard]] Descriptor descriptor_of(msghdr& header) noexcept;

}  // namespace sbx::runtime
