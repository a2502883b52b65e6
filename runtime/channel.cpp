// Packs and unpacks messages: strings that end in NUL, the first of which names the kind. See the header.
#include "runtime/channel.hpp"

#include "runtime/descriptor_passing.hpp"
#include "runtime/number.hpp"
#include "runtime/stage_failure.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <initializer_list>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace sbx::runtime {

namespace {

constexpr std::size_t longest_message = 16 << 10;  // texts of refusals are cut long before
constexpr std::string_view refusal_kind = "refusal";
constexpr std::string_view forked_kind = "forked";
constexpr std::string_view first_kind = "first";
constexpr std::string_view helper_kind = "helper";
constexpr std::string_view network_kind = "network";
constexpr std::string_view yes = "yes", no = "no";
// These two are written by runtime/stage.cpp, which has no strings.
constexpr std::string_view ready_kind = "ready";
constexpr std::string_view stage_kind = "stage";

bool tell(int sandbox, std::initializer_list<std::string_view> strings) noexcept {
    std::array<char, longest_message> bytes{};
    std::size_t length = 0;
    for (const std::string_view text : strings) {
        const std::size_t part = std::min(text.size(), bytes.size() / strings.size() - 1);
        std::copy_n(text.data(), part, bytes.data() + length);
        length += part;
        bytes.at(length++) = '\0';
    }
    ssize_t sent = -1;
    do {
        sent = write(sandbox, bytes.data(), length);
    } while (sent < 0 && errno == EINTR);
    return sent == static_cast<ssize_t>(length);
}

std::vector<std::string> strings_of(std::string_view bytes) {
    std::vector<std::string> result;
    while (!bytes.empty()) {
        const std::size_t end = std::min(bytes.find('\0'), bytes.size());
        result.emplace_back(bytes.substr(0, end));
        bytes.remove_prefix(std::min(end + 1, bytes.size()));
    }
    return result;
}

std::optional<Message> unpack(const std::vector<std::string>& strings, pid_t sender, Descriptor descriptor) {
    if (strings.size() == 5 && strings[0] == refusal_kind) {
        const std::uint64_t code = read_number(strings[1]).value_or(exit_refused);
        return Refusal{strings[2], strings[3], strings[4], code > 255 ? exit_refused : static_cast<int>(code)};
    }
    if (strings.size() == 2 && strings[0] == forked_kind) {
        const std::uint64_t process = read_number(strings[1]).value_or(0);
        return process > 1 && process < (1U << 30) ? std::optional<Message>(Forked{static_cast<pid_t>(process)}) : std::nullopt;
    }
    if (strings.size() == 4 && strings[0] == stage_kind) {
        const std::uint64_t error = read_number(strings[2]).value_or(0);
        const std::uint64_t failure = read_number(strings[1]).value_or(0);
        std::optional<Refusal> refusal = describe_stage_failure(failure, error < 4096 ? static_cast<int>(error) : 0, strings[3]);
        return refusal ? std::optional<Message>(std::move(*refusal)) : std::nullopt;
    }
    if (strings.size() == 1 && strings[0] == ready_kind) {
        return Ready{sender};
    }
    if (strings.size() == 1 && strings[0] == first_kind && sender > 1) {
        return Forked{sender};
    }
    if (strings.size() == 3 && strings[0] == network_kind) {
        return NetworkMade{strings[1] == yes, strings[2] == yes};
    }
    if (strings.size() == 2 && strings[0] == helper_kind && descriptor.open()) {
        return Helper{strings[1], std::move(descriptor)};
    }
    return std::nullopt;
}

}  // namespace

Channel open_channel() {
    std::array<int, 2> ends{};
    const int on = 1;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        refuse_errno(step::supervise, "no socket pair can be made", errno, "raise the caller's limit of open files");
    }
    Channel channel{Descriptor(ends[0]), Descriptor(ends[1])};
    if (setsockopt(ends[0], SOL_SOCKET, SO_PASSCRED, &on, sizeof on) != 0) {
        refuse_errno(step::supervise, "the kernel does not tell who sends", errno, "allow setsockopt(2) in the system-call filter");
    }
    return channel;
}

std::optional<Message> receive(int supervisor) {
    std::array<char, longest_message> bytes{};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(ucred)) + CMSG_SPACE(sizeof(int))> control{};
    iovec part{bytes.data(), bytes.size()};
    msghdr header{};
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    ssize_t length = -1;
    do {
        length = recvmsg(supervisor, &header, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    } while (length < 0 && errno == EINTR);
    if (length <= 0) {
        return std::nullopt;
    }
    if ((header.msg_flags & MSG_TRUNC) != 0) {
        static_cast<void>(descriptor_of(header));
        return std::nullopt;
    }
    ucred sender{};
    for (cmsghdr* part_of = CMSG_FIRSTHDR(&header); part_of != nullptr; part_of = CMSG_NXTHDR(&header, part_of)) {
        if (part_of->cmsg_level == SOL_SOCKET && part_of->cmsg_type == SCM_CREDENTIALS) {
            std::memcpy(&sender, CMSG_DATA(part_of), sizeof sender);
        }
    }
    return unpack(strings_of({bytes.data(), static_cast<std::size_t>(length)}), sender.pid, descriptor_of(header));
}

void tell_refusal(int sandbox, const Refusal& refusal) noexcept {
    // With nobody there to read it, the exit status is all that is left to say.
    static_cast<void>(tell(sandbox, {refusal_kind, std::to_string(refusal.exit_code), refusal.step, refusal.what, refusal.remedy}));
}

bool tell_forked(int sandbox, pid_t process) noexcept {
    return tell(sandbox, {forked_kind, std::to_string(process)});
}

bool tell_first(int sandbox) noexcept {
    return tell(sandbox, {first_kind});
}

bool tell_helper(int sandbox, std::string_view name, int process) noexcept {
    std::string text(helper_kind);
    text += '\0';
    text += name;
    text += '\0';
    return send_descriptor(sandbox, text, process);
}

bool tell_network(int sandbox, NetworkMade made) noexcept {
    return tell(sandbox, {network_kind, made.frames_filtered ? yes : no, made.has_ipv6 ? yes : no});
}

bool supervisor_lives(int sandbox) noexcept {
    pollfd other{sandbox, 0, 0};
    return poll(&other, 1, 0) == 0;
}

}  // namespace sbx::runtime
