// Asks the kernel by rtnetlink(7). See the header; linux/if_link.h.
#include "runtime/macvlan_maker.hpp"

#include "runtime/artifact_format.hpp"
#include "runtime/descriptor_passing.hpp"
#include "runtime/host_path.hpp"
#include "runtime/interfaces.hpp"
#include "runtime/refusal.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
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

/// One request of rtnetlink, attribute by attribute; all of ours are short.
class LinkRequest {
public:
    LinkRequest() {
        header()->nlmsg_len = NLMSG_LENGTH(sizeof(ifinfomsg));
        header()->nlmsg_type = RTM_NEWLINK;
        header()->nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK;
    }
    void add(unsigned short type, std::string_view bytes) {
        rtattr attribute{static_cast<unsigned short>(RTA_LENGTH(bytes.size())), type};
        char* const at = bytes_.data() + header()->nlmsg_len;
        std::memcpy(at, &attribute, sizeof attribute);
        std::memcpy(at + RTA_LENGTH(0), bytes.data(), bytes.size());
        header()->nlmsg_len += static_cast<std::uint32_t>(RTA_SPACE(bytes.size()));
    }
    void add(unsigned short type, std::uint32_t number) {
        add(type, std::string_view(reinterpret_cast<const char*>(&number), sizeof number));
    }
    /// What is added until the matching end() lies in it.
    [[nodiscard]] std::uint32_t begin(unsigned short type) {
        const std::uint32_t at = header()->nlmsg_len;
        add(type, std::string_view());
        return at;
    }
    void end(std::uint32_t at) {
        const auto length = static_cast<unsigned short>(header()->nlmsg_len - at);
        std::memcpy(bytes_.data() + at, &length, sizeof length);
    }
    /// 0, or why not (errno(3)).
    [[nodiscard]] int send() {
        const Descriptor socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
        if (!socket.open() || ::send(socket.get(), bytes_.data(), header()->nlmsg_len, 0) < 0) {
            return errno;
        }
        alignas(nlmsghdr) std::array<char, 1024> answer{};
        const ssize_t length = recv(socket.get(), answer.data(), answer.size(), 0);
        nlmsghdr head{};
        nlmsgerr error{};
        if (length < static_cast<ssize_t>(NLMSG_LENGTH(sizeof error))) {
            return EIO;
        }
        std::memcpy(&head, answer.data(), sizeof head);
        std::memcpy(&error, answer.data() + NLMSG_HDRLEN, sizeof error);
        return head.nlmsg_type == NLMSG_ERROR ? -error.error : EIO;
    }

private:
    alignas(nlmsghdr) std::array<char, 512> bytes_{};
    nlmsghdr* header() { return reinterpret_cast<nlmsghdr*>(bytes_.data()); }
};

/// Private: other macvlan interfaces of the same parent cannot be reached beside the switch outside.
int make_interface(unsigned parent, int name_space) {
    LinkRequest request;
    request.add(IFLA_IFNAME, std::string(format::filter_interface) + '\0');
    request.add(IFLA_LINK, parent);
    request.add(IFLA_NET_NS_FD, static_cast<std::uint32_t>(name_space));
    const std::uint32_t info = request.begin(IFLA_LINKINFO);
    request.add(IFLA_INFO_KIND, std::string_view("macvlan"));
    const std::uint32_t data = request.begin(IFLA_INFO_DATA);
    request.add(IFLA_MACVLAN_MODE, static_cast<std::uint32_t>(MACVLAN_MODE_PRIVATE));
    request.end(data);
    request.end(info);
    return request.send();
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
