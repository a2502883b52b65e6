// What the processes of a launch tell the supervisor: that the command is about to be executed, or why not. One message a packet,
// on a socket pair whose other end only the supervisor holds; the kernel says who sent it (unix(7), SO_PASSCRED), in our numbers.
// The payload never has it.
#pragma once

#include "runtime/descriptor.hpp"
#include "runtime/refusal.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <variant>

namespace sbx::runtime {

struct Channel {
    Descriptor supervisor;  ///< reads; never blocks
    Descriptor sandbox;     ///< writes
};
[[nodiscard]] Channel open_channel();

struct Forked {
    pid_t process;  ///< what becomes bubblewrap, where a process between has started it; it may say so itself
};
struct Ready {
    pid_t process;  ///< the sandbox's first process, which executes the command next
};
/// A process that must live as long as the sandbox.
struct Helper {
    std::string name;
    Descriptor process;  ///< a pidfd
};
/// What a filtered network has that a host may not be able to give.
struct NetworkMade {
    bool frames_filtered = false;  ///< load_frame_filter()
    bool has_ipv6 = false;         ///< an address of IPv6, where the policy allows one outside
};
using Message = std::variant<Refusal, Forked, Ready, Helper, NetworkMade>;

/// The next message, or nothing for now or for ever. What is none of these, or comes from nobody, is nothing.
[[nodiscard]] std::optional<Message> receive(int supervisor);

/// These are for processes that have nobody else to tell if they fail. A stage tells in its own way.
void tell_refusal(int sandbox, const Refusal& refusal) noexcept;
[[nodiscard]] bool tell_forked(int sandbox, pid_t process) noexcept;
[[nodiscard]] bool tell_first(int sandbox) noexcept;
[[nodiscard]] bool tell_helper(int sandbox, std::string_view name, int process) noexcept;
[[nodiscard]] bool tell_network(int sandbox, NetworkMade made) noexcept;
/// Whether the supervisor still holds its end. In a pid namespace of one's own, getppid(2) cannot tell.
[[nodiscard]] bool supervisor_lives(int sandbox) noexcept;

}  // namespace sbx::runtime
