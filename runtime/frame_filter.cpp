// Loads the frame filter by nfnetlink, in one transaction: nft(8) would take longer to start than all of this takes. See the
// header; linux/netfilter/nf_tables.h, linux/netfilter/nfnetlink.h.
#include "runtime/frame_filter.hpp"

#include "runtime/artifact_format.hpp"
#include "runtime/descriptor.hpp"
#include "runtime/filter_dump.hpp"
#include "runtime/refusal.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstring>
#include <linux/if_ether.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>

namespace sbx::runtime {

namespace {

constexpr std::string_view chain_name = "egress";
constexpr unsigned rule_count = 3;
constexpr unsigned messages_to_answer = 2 + rule_count;  // the table, the chain, the rules
constexpr std::uint32_t type_offset = 12;                // of an Ethernet header: after two addresses

/// A transaction: messages between a begin and an end, each answered.
class Batch {
public:
    Batch() { control(NFNL_MSG_BATCH_BEGIN); }

    void begin_message(int kind, int flags) {
        message(static_cast<std::uint16_t>((NFNL_SUBSYS_NFTABLES << 8) | kind),
                static_cast<std::uint16_t>(NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | flags), NFPROTO_NETDEV, 0);
    }
    void add(int type, std::string_view value) {
        const nlattr attribute{static_cast<std::uint16_t>(NLA_HDRLEN + value.size()), static_cast<std::uint16_t>(type)};
        append(&attribute, sizeof attribute);
        append(value.data(), value.size());
    }
    void add_name(int type, std::string_view name) { add(type, std::string(name) + '\0'); }
    void add_number(int type, std::uint32_t number) {
        const std::uint32_t bytes = htonl(number);
        add(type, {reinterpret_cast<const char*>(&bytes), sizeof bytes});
    }
    /// `fill` adds what lies in it.
    template <class Fill>
    void add_nested(int type, Fill fill) {
        const std::size_t at = length_;
        add(type | NLA_F_NESTED, {});
        fill();
        const auto length = static_cast<std::uint16_t>(length_ - at);
        std::memcpy(bytes_.data() + at, &length, sizeof length);
    }
    void end_message() {
        const auto length = static_cast<std::uint32_t>(length_ - message_);
        std::memcpy(bytes_.data() + message_, &length, sizeof length);
    }
    /// The whole transaction.
    [[nodiscard]] std::string_view finish() {
        control(NFNL_MSG_BATCH_END);
        return {bytes_.data(), length_};
    }

private:
    alignas(nlmsghdr) std::array<char, 2048> bytes_{};
    std::size_t length_ = 0, message_ = 0;

    void append(const void* from, std::size_t size) {
        std::memcpy(&bytes_.at(length_ + NLMSG_ALIGN(size)) - NLMSG_ALIGN(size), from, size);  // what it is aligned with is zero
        length_ += NLMSG_ALIGN(size);
    }
    void message(std::uint16_t type, std::uint16_t flags, std::uint8_t family, std::uint16_t resource) {
        message_ = length_;
        const nlmsghdr header{0, type, flags, 0, 0};
        const nfgenmsg general{family, NFNETLINK_V0, htons(resource)};
        append(&header, sizeof header);
        append(&general, sizeof general);
    }
    void control(int type) {
        message(static_cast<std::uint16_t>(type), NLM_F_REQUEST, AF_UNSPEC, NFNL_SUBSYS_NFTABLES);
        end_message();
    }
};

template <class Fill>
void add_expression(Batch& batch, std::string_view name, Fill fill) {
    batch.add_nested(NFTA_LIST_ELEM, [&] {
        batch.add_name(NFTA_EXPR_NAME, name);
        batch.add_nested(NFTA_EXPR_DATA, fill);
    });
}

void add_comparison(Batch& batch, nft_cmp_ops operation, std::string_view bytes) {
    add_expression(batch, "cmp", [&] {
        batch.add_number(NFTA_CMP_SREG, NFT_REG_1);
        batch.add_number(NFTA_CMP_OP, operation);
        batch.add_nested(NFTA_CMP_DATA, [&] { batch.add(NFTA_DATA_VALUE, bytes); });
    });
}

/// Whether the packet has such a thing at all: where there is none to load, the rule ends. Compared as nft(8) would write it.
void add_presence(Batch& batch, nft_meta_keys key) {
    add_expression(batch, "meta", [&] {
        batch.add_number(NFTA_META_DREG, NFT_REG_1);
        batch.add_number(NFTA_META_KEY, key);
    });
    add_expression(batch, "byteorder", [&] {
        batch.add_number(NFTA_BYTEORDER_SREG, NFT_REG_1);
        batch.add_number(NFTA_BYTEORDER_DREG, NFT_REG_1);
        batch.add_number(NFTA_BYTEORDER_OP, NFT_BYTEORDER_HTON);
        batch.add_number(NFTA_BYTEORDER_LEN, 4);
        batch.add_number(NFTA_BYTEORDER_SIZE, 4);
    });
    add_comparison(batch, NFT_CMP_GTE, std::string_view("\0\0\0\0", 4));
}

void add_type_of_frame(Batch& batch, std::uint16_t type) {
    add_expression(batch, "payload", [&] {
        batch.add_number(NFTA_PAYLOAD_DREG, NFT_REG_1);
        batch.add_number(NFTA_PAYLOAD_BASE, NFT_PAYLOAD_LL_HEADER);
        batch.add_number(NFTA_PAYLOAD_OFFSET, type_offset);
        batch.add_number(NFTA_PAYLOAD_LEN, sizeof type);
    });
    const std::uint16_t bytes = htons(type);
    add_comparison(batch, NFT_CMP_EQ, {reinterpret_cast<const char*>(&bytes), sizeof bytes});
}

template <class Match>
void add_rule(Batch& batch, std::uint32_t verdict, Match match) {
    batch.begin_message(NFT_MSG_NEWRULE, NLM_F_APPEND);
    batch.add_name(NFTA_RULE_TABLE, format::filter_table);
    batch.add_name(NFTA_RULE_CHAIN, chain_name);
    batch.add_nested(NFTA_RULE_EXPRESSIONS, [&] {
        match();
        add_expression(batch, "immediate", [&] {
            batch.add_number(NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
            batch.add_nested(NFTA_IMMEDIATE_DATA,
                             [&] { batch.add_nested(NFTA_DATA_VERDICT, [&] { batch.add_number(NFTA_VERDICT_CODE, verdict); }); });
        });
    });
    batch.end_message();
}

void add_chain(Batch& batch) {
    batch.begin_message(NFT_MSG_NEWTABLE, NLM_F_EXCL);
    batch.add_name(NFTA_TABLE_NAME, format::filter_table);
    batch.end_message();
    batch.begin_message(NFT_MSG_NEWCHAIN, NLM_F_EXCL);
    batch.add_name(NFTA_CHAIN_TABLE, format::filter_table);
    batch.add_name(NFTA_CHAIN_NAME, chain_name);
    batch.add_nested(NFTA_CHAIN_HOOK, [&] {
        batch.add_number(NFTA_HOOK_HOOKNUM, NF_NETDEV_EGRESS);
        batch.add_number(NFTA_HOOK_PRIORITY, 0);
        batch.add_name(NFTA_HOOK_DEV, format::filter_interface);
    });
    batch.add_number(NFTA_CHAIN_POLICY, NF_DROP);
    batch.add_name(NFTA_CHAIN_TYPE, "filter");
    batch.end_message();
}

/// 0 once every message was taken; else the first error (errno(3)), and the kernel has undone what came before.
int commit(std::string_view transaction) {
    const Descriptor socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER));
    const timeval answer_time{10, 0};
    sockaddr_nl kernel{};
    kernel.nl_family = AF_NETLINK;
    if (!socket.open() || setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &answer_time, sizeof answer_time) != 0 ||
        sendto(socket.get(), transaction.data(), transaction.size(), 0, reinterpret_cast<const sockaddr*>(&kernel),
               sizeof kernel) != static_cast<ssize_t>(transaction.size())) {
        return errno;
    }
    for (unsigned answered = 0; answered < messages_to_answer;) {
        alignas(nlmsghdr) std::array<char, 8192> bytes{};
        ssize_t length = -1;
        do {
            length = recv(socket.get(), bytes.data(), bytes.size(), 0);
        } while (length < 0 && errno == EINTR);
        if (length <= 0) {
            return length < 0 ? errno : EBADMSG;
        }
        std::string_view rest(bytes.data(), static_cast<std::size_t>(length));
        while (!rest.empty()) {
            nlmsghdr header{};
            nlmsgerr error{};
            std::memcpy(&header, rest.data(), std::min(sizeof header, rest.size()));
            if (header.nlmsg_len < NLMSG_LENGTH(sizeof error) || header.nlmsg_len > rest.size() ||
                header.nlmsg_type != NLMSG_ERROR) {
                return EBADMSG;
            }
            std::memcpy(&error, rest.data() + NLMSG_HDRLEN, sizeof error);
            if (error.error != 0) {
                return -error.error;
            }
            ++answered;
            rest.remove_prefix(std::min<std::size_t>(NLMSG_ALIGN(header.nlmsg_len), rest.size()));
        }
    }
    return 0;
}

void check_frame_filter() {
    const FilterDump dump = dump_filter();
    const std::string table(format::filter_table);
    const auto has = [&](std::uint8_t family) {
        return std::find(dump.tables.begin(), dump.tables.end(), FilterTable{family, table}) != dump.tables.end();
    };
    bool whole = dump.tables.size() == 2 && has(NFPROTO_INET) && has(NFPROTO_NETDEV);
    unsigned chains = 0;
    for (const FilterChain& chain : dump.chains) {
        if (chain.family == NFPROTO_NETDEV) {
            ++chains;
            whole = whole && chain.name == chain_name && chain.hook == NF_NETDEV_EGRESS && chain.policy == NF_DROP &&
                    chain.device == format::filter_interface && chain.rules == rule_count;
        }
    }
    if (!whole || chains != 1) {
        refuse(step::network, "the filter at " + quoted(format::filter_interface) + " is not in force as it was loaded",
               "look for what else changes packet filters on this host");
    }
}

}  // namespace

bool load_frame_filter() {
    Batch batch;
    add_chain(batch);
    add_rule(batch, NF_ACCEPT, [&] { add_presence(batch, NFT_META_RTCLASSID); });
    add_rule(batch, NF_DROP, [&] { add_presence(batch, NFT_META_SKUID); });
    add_rule(batch, NF_ACCEPT, [&] { add_type_of_frame(batch, ETH_P_ARP); });
    const int error = commit(batch.finish());
    if (error == EOPNOTSUPP) {
        return false;
    }
    if (error != 0) {
        refuse_errno(step::network, "the filter at " + quoted(format::filter_interface) + " cannot be loaded", error,
                     "see whether `nft` can load a chain of `hook egress` on this host");
    }
    check_frame_filter();
    return true;
}

}  // namespace sbx::runtime
