// Options of dnsmasq(8), without their dashes. How it is started (in the foreground, without changing its user) is not here.
#include "emitters/resolver_configuration.hpp"

#include "emitters/egress_text.hpp"
#include "emitters/quote.hpp"
#include "runtime/artifact_format.hpp"

#include <fmt/format.h>

namespace sbx::emit {
namespace {

/// It knows nothing but what it is told here, listens where the sandbox alone can ask, asks from a port that the payload cannot
/// bind, and keeps answers for an hour at most. `no-ident`: it does not say what it is.
constexpr std::string_view fixed_options = R"(no-resolv
no-hosts
no-poll
no-ident
port=53
listen-address=127.0.0.1
bind-interfaces
cache-size=1000
max-cache-ttl=3600
edns-packet-max=1232
)";

std::string server_name(const plan::ResolvedDomain& domain) {
    return domain.itself ? domain.domain : "*." + domain.domain;
}

std::string set_list(const plan::ResolvedDomain& domain) {
    std::string list;
    for (const std::string& set : domain.sets) {
        list += fmt::format("{}4#inet#{}#{}_4,6#inet#{}#{}_6", list.empty() ? "" : ",", format::filter_table, set,
                            format::filter_table, set);
    }
    return list;
}

}  // namespace

std::string resolver_configuration(const plan::FilterPlan& plan) {
    std::string text = fmt::format("# sbx resolver 1\n{}query-port={}\n", fixed_options, format::resolver_query_port);
    if (!plan.ipv6) {
        text += "filter-AAAA\n";
    }
    for (const plan::ResolvedDomain& domain : plan.resolver->domains) {
        if (const std::string comment = origin_comment(domain.origins); !comment.empty()) {
            text += fmt::format("{}\n", std::string_view(comment).substr(1));
        }
        for (const policy::Address& server : plan.resolver->upstream) {
            text += fmt::format("server=/{}/{}\n", server_name(domain), policy::to_text(server));
        }
        if (domain.itself && !domain.below) {
            text += fmt::format("address=/*.{}/\n", domain.domain);
        }
        text += fmt::format("nftset=/{}/{}\n", domain.domain, set_list(domain));
    }
    return text;
}

std::vector<std::string> resolver_names(const plan::ResolverPlan& plan) {
    std::vector<std::string> names;
    for (const plan::ResolvedDomain& domain : plan.domains) {
        names.push_back(server_name(domain));
    }
    return names;
}

}  // namespace sbx::emit
