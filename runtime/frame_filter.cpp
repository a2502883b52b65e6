// Loads the frame filter by nfnetlink, in one transaction: nft(8) would take longer to start than all of this takes. See the
// header; linux/netfilter/nf_tables.h, linux/netfilter/nfnetlink.h.
#include "runtime/frame_filter.hpp"

#include "runtime/artifact_format.hpp"
#include "runtime/descriptor.hpp"
#include "runtime/filter_dump.hpp"
#include "runtime/netlink.hpp"
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
class Batch : public NetlinkWriter {
public:
    Batch() { control(NFNL_MSG_BATCH_BEGIN); }

    void begin_object(int kind, int flags) {
        begin_message((NFNL_SUBSYS_NFTABLES << 8) | kind, NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | flags,
                      nfgenmsg{NFPROTO_NETDEV, NFNETLINK_V0, 0});
    }
    void add_number(int type, std::uint32_t number) {
        const std::uint32_t bytes = htonl(number);
        add(type, {reinterpret_cast<const char*>(&bytes), sizeof bytes});
    }
    template <class Fill>
    void add_list(int type, Fill fill) {
        add_nested(type | NLA_F_NESTED, fill);
    }
    /// The whole transaction.
    [[nodiscard]] std::string_view finish() {
        control(NFNL_MSG_BATCH_END);
        return bytes();
    }

private:
    void control(int type) {
        begin_message(type, NLM_F_REQUEST, nfgenmsg{AF_UNSPEC, NFNETLINK_V0, htons(NFNL_SUBSYS_NFTABLES)});
        end_message();
    }
};

template <class Fill>
void add_expression(Batch& batch, std::string_view name, Fill fill) {
    batch.add_list(NFTA_LIST_ELEM, [&] {
        batch.add_name(NFTA_EXPR_NAME, name);
        batch.add_list(NFTA_EXPR_DATA, fill);
    });
}

void add_comparison(Batch& batch, nft_cmp_ops operation, std::string_view bytes) {
    add_expression(batch, "cmp", [&] {
        batch.add_number(NFTA_CMP_SREG, NFT_REG_1);
        batch.add_number(NFTA_CMP_OP, operation);
        batch.add_list(NFTA_CMP_DATA, [&] { batch.add(NFTA_DATA_VALUE, bytes); });
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
    batch.begin_object(NFT_MSG_NEWRULE, NLM_F_APPEND);
    batch.add_name(NFTA_RULE_TABLE, format::filter_table);
    batch.add_name(NFTA_RULE_CHAIN, chain_name);
    batch.add_list(NFTA_RULE_EXPRESSIONS, [&] {
        match();
        add_expression(batch, "immediate", [&] {
            batch.add_number(NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
            batch.add_list(NFTA_IMMEDIATE_DATA,
                           [&] { batch.add_list(NFTA_DATA_VERDICT, [&] { batch.add_number(NFTA_VERDICT_CODE, verdict); }); });
        });
    });
    batch.end_message();
}

void add_chain(Batch& batch) {
    batch.begin_object(NFT_MSG_NEWTABLE, NLM_F_EXCL);
    batch.add_name(NFTA_TABLE_NAME, format::filter_table);
    batch.end_message();
    batch.begin_object(NFT_MSG_NEWCHAIN, NLM_F_EXCL);
    batch.add_name(NFTA_CHAIN_TABLE, format::filter_table);
    batch.add_name(NFTA_CHAIN_NAME, chain_name);
    batch.add_list(NFTA_CHAIN_HOOK, [&] {
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
        const ssize_t length = receive_netlink(socket.get(), bytes.data(), bytes.size(), 0);
        if (length <= 0) {
            return length < 0 ? errno : EBADMSG;
        }
        std::string_view rest(bytes.data(), static_cast<std::size_t>(length));
        while (!rest.empty()) {
            const std::optional<NetlinkMessage> message = take_message(rest);
            if (const int error = message ? message->error() : EBADMSG; error != 0) {
                return error;
            }
            ++answered;
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
