// Reads tables, chains and rules by nfnetlink. See the header; netlink(7), linux/netfilter/nf_tables.h. Lengths come from the
// kernel, and are checked all the same.
#include "runtime/filter_dump.hpp"

#include "runtime/descriptor.hpp"
#include "runtime/netlink.hpp"
#include "runtime/refusal.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>

namespace sbx::runtime {

namespace {

[[noreturn]] void unreadable(int error) {
    refuse_errno(step::network, "the packet filter cannot be read back", error,
                 "load the module nf_tables, or allow netlink sockets");
}

struct Attribute {
    int type = 0;
    std::string_view value;

    [[nodiscard]] std::string text() const { return std::string(value.substr(0, value.find('\0'))); }
    [[nodiscard]] std::optional<std::uint32_t> number() const {
        std::uint32_t bytes = 0;
        if (value.size() != sizeof bytes) {
            return std::nullopt;
        }
        std::memcpy(&bytes, value.data(), sizeof bytes);
        return ntohl(bytes);
    }
};

std::vector<Attribute> attributes_of(std::string_view bytes) {
    std::vector<Attribute> result;
    while (bytes.size() >= sizeof(nlattr)) {
        nlattr header{};
        std::memcpy(&header, bytes.data(), sizeof header);
        if (header.nla_len < sizeof header || header.nla_len > bytes.size()) {
            unreadable(EBADMSG);
        }
        result.push_back({header.nla_type & NLA_TYPE_MASK, bytes.substr(sizeof header, header.nla_len - sizeof header)});
        bytes.remove_prefix(std::min<std::size_t>(NLA_ALIGN(header.nla_len), bytes.size()));
    }
    return result;
}

class Netlink {
public:
    Netlink() : socket_(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER)) {
        const timeval answer_time{5, 0};
        if (!socket_.open() || setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &answer_time, sizeof answer_time) != 0) {
            unreadable(errno);
        }
    }

    /// Calls `take(family, attributes)` for each object of a kind: NFT_MSG_GETTABLE …
    template <class Take>
    void dump(int kind, Take take) {
        NetlinkWriter question;
        question.begin_message((NFNL_SUBSYS_NFTABLES << 8) | kind, NLM_F_REQUEST | NLM_F_DUMP,
                               nfgenmsg{AF_UNSPEC, NFNETLINK_V0, 0});
        question.end_message();
        const std::string_view asked = question.bytes();
        if (send(socket_.get(), asked.data(), asked.size(), 0) != static_cast<ssize_t>(asked.size())) {
            unreadable(errno);
        }
        bool done = false;
        while (!done) {
            alignas(nlmsghdr) std::array<char, 32768> bytes{};
            const ssize_t length = receive_netlink(socket_.get(), bytes.data(), bytes.size(), MSG_TRUNC);
            if (length <= 0 || static_cast<std::size_t>(length) > bytes.size()) {
                unreadable(length < 0 ? errno : EMSGSIZE);
            }
            std::string_view rest(bytes.data(), static_cast<std::size_t>(length));
            while (!rest.empty() && !done) {
                done = take_object(rest, take);
            }
        }
    }

private:
    Descriptor socket_;

    /// Takes the first message off `rest`; true at the end of the dump.
    template <class Take>
    static bool take_object(std::string_view& rest, Take take) {
        const std::optional<NetlinkMessage> message = take_message(rest);
        if (!message || (message->header.nlmsg_flags & NLM_F_DUMP_INTR) != 0) {
            unreadable(EBADMSG);
        }
        const auto& [header, body] = *message;
        if (header.nlmsg_type == NLMSG_ERROR) {
            unreadable(message->error());
        }
        if (header.nlmsg_type == NLMSG_DONE) {
            return true;
        }
        if (body.size() < sizeof(nfgenmsg)) {
            unreadable(EBADMSG);
        }
        take(static_cast<std::uint8_t>(body.front()), attributes_of(body.substr(NLMSG_ALIGN(sizeof(nfgenmsg)))));
        return false;
    }
};

FilterChain chain_of(std::uint8_t family, const std::vector<Attribute>& attributes) {
    FilterChain chain;
    chain.family = family;
    for (const Attribute& attribute : attributes) {
        if (attribute.type == NFTA_CHAIN_TABLE) {
            chain.table = attribute.text();
        } else if (attribute.type == NFTA_CHAIN_NAME) {
            chain.name = attribute.text();
        } else if (attribute.type == NFTA_CHAIN_POLICY) {
            chain.policy = attribute.number();
        } else if (attribute.type == NFTA_CHAIN_HOOK) {
            for (const Attribute& inner : attributes_of(attribute.value)) {
                chain.hook = inner.type == NFTA_HOOK_HOOKNUM ? inner.number() : chain.hook;
                chain.device = inner.type == NFTA_HOOK_DEV ? inner.text() : chain.device;
            }
        }
    }
    return chain;
}

std::string text_of(const std::vector<Attribute>& attributes, int type) {
    const auto found =
        std::find_if(attributes.begin(), attributes.end(), [type](const Attribute& one) { return one.type == type; });
    return found == attributes.end() ? std::string() : found->text();
}

}  // namespace

FilterDump dump_filter() {
    FilterDump result;
    Netlink netlink;
    netlink.dump(NFT_MSG_GETTABLE, [&result](std::uint8_t family, const std::vector<Attribute>& attributes) {
        result.tables.push_back({family, text_of(attributes, NFTA_TABLE_NAME)});
    });
    netlink.dump(NFT_MSG_GETCHAIN, [&result](std::uint8_t family, const std::vector<Attribute>& attributes) {
        result.chains.push_back(chain_of(family, attributes));
    });
    netlink.dump(NFT_MSG_GETRULE, [&result](std::uint8_t family, const std::vector<Attribute>& attributes) {
        const std::string table = text_of(attributes, NFTA_RULE_TABLE);
        const std::string name = text_of(attributes, NFTA_RULE_CHAIN);
        for (FilterChain& chain : result.chains) {
            chain.rules += chain.family == family && chain.table == table && chain.name == name ? 1 : 0;
        }
    });
    return result;
}

}  // namespace sbx::runtime
