// Loads the packet filter by nft(8), and reads back what is in force by nfnetlink. See the header; linux/netfilter/nf_tables.h.
#include "runtime/packet_filter.hpp"

#include "runtime/artifact_format.hpp"
#include "runtime/filter_dump.hpp"
#include "runtime/memory_file.hpp"
#include "runtime/refusal.hpp"

#include <algorithm>
#include <linux/capability.h>
#include <linux/netfilter.h>
#include <sys/wait.h>

namespace sbx::runtime {

namespace {

constexpr const char* modules = "load the modules nf_tables, nf_conntrack and nft_ct, nft_reject_inet, or see what `nft` says";

[[noreturn]] void not_in_force(const std::string& what) {
    refuse(step::network, "the packet filter is not in force as it was loaded: " + what,
           "look for what else changes packet filters on this host");
}

const FilterChain* find_base(const std::vector<FilterChain>& chains, std::uint32_t hook) {
    const auto chain =
        std::find_if(chains.begin(), chains.end(), [hook](const FilterChain& one) { return one.hook && *one.hook == hook; });
    return chain == chains.end() ? nullptr : &*chain;
}

}  // namespace

void load_filter(const BoundNetwork& network, std::chrono::seconds patience) {
    Program nft = network.nft;
    nft.capabilities = {CAP_NET_ADMIN};
    for (std::size_t number = 0; number < network.transactions.size(); ++number) {
        const Descriptor text = memory_file("sbx-filter", network.transactions[number]);
        const ProgramOutput output;
        Child child = start_program(nft, {{text.get(), 0}, {output.descriptor(), 1}, {output.descriptor(), 2}});
        const std::optional<int> status = child.wait(std::chrono::steady_clock::now() + patience);
        const std::string which =
            network.transactions.size() == 1 ? "the packet filter" : "part " + std::to_string(number + 1) + " of the packet filter";
        if (!status) {
            refuse(step::network, "nft did not load " + which + " within " + std::to_string(patience.count()) + " seconds",
                   "see whether `nft list ruleset` answers on this host");
        }
        if (*status != 0) {
            refuse(step::network, which + " cannot be loaded" + output.first_line(), modules);
        }
    }
}

void check_filter() {
    const FilterDump dump = dump_filter();
    const std::string table(format::filter_table);
    if (dump.tables != std::vector<FilterTable>{{NFPROTO_INET, table}}) {
        not_in_force("there is another table, or none");
    }
    for (const FilterChain& chain : dump.chains) {
        if (chain.hook && chain.policy != NF_DROP) {
            not_in_force("the chain " + quoted(chain.name) + " lets through what it does not decide");
        }
    }
    for (const std::uint32_t hook : {NF_INET_LOCAL_IN, NF_INET_FORWARD, NF_INET_LOCAL_OUT}) {
        const FilterChain* const chain = find_base(dump.chains, hook);
        if (chain == nullptr || (hook != NF_INET_FORWARD && chain->rules == 0)) {
            not_in_force("a chain is missing or empty");
        }
    }
}

}  // namespace sbx::runtime
