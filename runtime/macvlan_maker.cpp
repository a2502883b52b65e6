// Asks the kernel by rtnetlink(7). See the header; linux/if_link.h.
#include "runtime/macvlan_maker.hpp"

#include "runtime/artifact_format.hpp"
#include "runtime/descriptor_passing.hpp"
#include "runtime/host_path.hpp"
#include "runtime/interfaces.hpp"
#include "runtime/netlink.hpp"
#include "runtime/refusal.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sbx::runtime {

namespace {

constexpr std::string_view go = "macvlan";
constexpr std::string_view is_made = "made";

/// 0, or why not (errno(3)).
int ask(std::string_view request) {
    const Descriptor socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
    if (!socket.open() || ::send(socket.get(), request.data(), request.size(), 0) < 0) {
        return errno;
    }
    alignas(nlmsghdr) std::array<char, 1024> answer{};
    const ssize_t length = receive_netlink(socket.get(), answer.data(), answer.size(), 0);
    std::string_view rest(answer.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
    const std::optional<NetlinkMessage> message = take_message(rest);
    return message ? message->error() : EIO;
}

/// Private: other macvlan interfaces of the same parent cannot be reached beside the switch outside.
int make_interface(unsigned parent, int name_space) {
    NetlinkWriter request;
    const auto add_number = [&request](int type, std::uint32_t number) {
        request.add(type, std::string_view(reinterpret_cast<const char*>(&number), sizeof number));
    };
    request.begin_message(RTM_NEWLINK, NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, ifinfomsg{});
    request.add_name(IFLA_IFNAME, format::filter_interface);
    add_number(IFLA_LINK, parent);
    add_number(IFLA_NET_NS_FD, static_cast<std::uint32_t>(name_space));
    request.add_nested(IFLA_LINKINFO, [&] {
        request.add(IFLA_INFO_KIND, "macvlan");
        request.add_nested(IFLA_INFO_DATA,
                           [&] { add_number(IFLA_MACVLAN_MODE, static_cast<std::uint32_t>(MACVLAN_MODE_PRIVATE)); });
    });
    request.end_message();
    return ask(request.bytes());
}

[[noreturn]] void wait_and_make(unsigned parent, int word) noexcept {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    // Nothing of the launch stays open here, or its ends would not be seen.
    if (word > 3) {
        syscall(SYS_close_range, 3U, static_cast<unsigned>(word) - 1, 0U);
    }
    syscall(SYS_close_range, static_cast<unsigned>(word) + 1, ~0U, 0U);
    const Descriptor inside = receive_descriptor(word, go);
    if (inside.open()) {
        const int error = make_interface(parent, inside.get());
        const std::string answer = error == 0 ? std::string(is_made) : error_text(error);
        static_cast<void>(send(word, answer.data(), answer.size(), MSG_NOSIGNAL));
    }
    _exit(0);
}

/// A host without IPv6 has no such file.
void leave_out_ipv6() {
    const Descriptor knob(open("/proc/sys/net/ipv6/conf/default/disable_ipv6", O_WRONLY | O_CLOEXEC));
    if (knob.open() ? write(knob.get(), "1", 1) != 1 : errno != ENOENT) {
        refuse_errno(step::network, "IPv6 cannot be left out of the sandbox's network", errno, "mount a procfs on /proc");
    }
}

}  // namespace

MacvlanMaker::MacvlanMaker(const Macvlan& macvlan) {
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        refuse_errno(step::network, "no socket can be made", errno, "raise the caller's limit of open files");
    }
    word_ = out_of_the_way(Descriptor(ends[0]));
    Descriptor his = out_of_the_way(Descriptor(ends[1]));
    process_ = fork();
    if (process_ == 0) {
        wait_and_make(macvlan.index, his.get());
    }
    if (process_ < 0) {
        refuse_errno(step::network, "no process can be made", errno, "raise the caller's limit of processes");
    }
}

MacvlanMaker::~MacvlanMaker() {
    word_.reset();
    while (process_ > 0 && waitpid(process_, nullptr, 0) < 0 && errno == EINTR) {
    }
}

void attach_macvlan(const Macvlan& macvlan, int word, Deadline deadline) {
    leave_out_ipv6();
    const Descriptor inside(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
    if (!inside.open() || !send_descriptor(word, go, inside.get())) {
        refuse_errno(step::network, "the sandbox's network namespace cannot be handed on", errno, "mount a procfs on /proc");
    }
    pollfd answer{word, POLLIN, 0};
    int ready = 0;
    do {
        ready = poll(&answer, 1, left_until(deadline));
    } while (ready < 0 && errno == EINTR);
    std::array<char, 256> text{};
    const ssize_t length = ready == 1 ? recv(word, text.data(), text.size(), 0) : -1;
    const std::string_view said(text.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
    if (said != is_made) {
        refuse(step::network,
               "no macvlan interface can be made on " + quoted(macvlan.parent) + ": " +
                   (said.empty() ? std::string("nothing was answered") : std::string(said)),
               "see whether `ip link add link " + macvlan.parent + " type macvlan mode private` works on this host");
    }
    configure_outside(macvlan.address, macvlan.mask, macvlan.gateway);
}

}  // namespace sbx::runtime
