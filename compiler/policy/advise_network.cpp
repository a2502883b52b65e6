// Advice about connections and names: the statement that allows just this, the one to remove, and last the host's network. Of a
// filter whose statements are not known, only the mode can be changed.
#include "compiler/policy/advise_parts.hpp"
#include "compiler/policy/decide_network.hpp"
#include "compiler/policy/filtered_network.hpp"
#include "compiler/policy/network_text.hpp"
#include "compiler/policy/socket_families.hpp"

namespace sbx::policy {
namespace {

class NetworkAdvice {
public:
    NetworkAdvice(const Policy& policy, const Request& request, Candidates& candidates)
        : policy_(policy),
          candidates_(candidates),
          protocol_(request.kind == RequestKind::connect_udp ? Protocol::udp : Protocol::tcp) {
        for (const NetworkRule& rule : policy.network.rules) {
            if (rule.statement == NetworkStatement::resolver) {
                resolver_origin_ = rule.origin;
            } else {
                rules_.push_back(rule);
            }
        }
        if (request.endpoint) {
            wanted_.protocols = {protocol_};
            wanted_.addresses.add({request.endpoint->address, request.endpoint->address});
            wanted_.ports.literal.add({request.endpoint->port, request.endpoint->port});
        }
    }

    void about_a_connection() {
        const bool is_off = policy_.network.mode.value == NetworkMode::off;
        NetworkRule allowing = wanted_;
        allowing.allows = true;
        add(allowing, is_off ? "write `network { " + to_statement(allowing) + " }`" : "add `" + to_statement(allowing) + "`");
        remove_one(NetworkStatement::deny);
        unblock("metadata", allowing);
        unblock("link-local", allowing);
        NetworkRule denying = wanted_;
        denying.statement = NetworkStatement::deny;
        add(denying, "add `" + to_statement(denying) + "`");
    }
    void about_a_name(const std::string& name) {
        NetworkRule allowing;
        allowing.allows = true;
        allowing.protocols = {Protocol::tcp};
        allowing.names = {name};
        allowing.ports.literal.add({443, 443});
        if (policy_.network.resolvers.empty()) {
            // Which server there is, nobody knows; any stands for it.
            const bool is_off = policy_.network.mode.value == NetworkMode::off;
            const std::string statement = to_statement(allowing);
            std::vector<NetworkRule> rules = rules_;
            rules.push_back(allowing);
            hand_on(is_off ? "write `network { resolver ADDRESS; " + statement + " }`"
                           : "add `resolver ADDRESS` and `" + statement + "`",
                    std::move(rules), {ResolverAddress(*parse_address("192.0.2.53"))});
            return;
        }
        add(allowing, "add `" + to_statement(allowing) + "`");
        remove_one(NetworkStatement::allow);
        if (policy_.network.names.empty()) {  // names need one
            hand_on("remove `resolver`", rules_, {});
        }
    }

private:
    void hand_on(std::string text, std::vector<NetworkRule> rules, std::vector<ResolverAddress> resolvers) {
        Policy changed = policy_;
        changed.network = off_if_closed(filtered_network(policy_.parameters, std::move(rules), std::move(resolvers),
                                                         resolver_origin_, policy_.network.mode.origin));
        candidates_.add(std::move(text), std::move(changed));
    }
    void add(const NetworkRule& rule, std::string text) {
        std::vector<NetworkRule> rules = rules_;
        rules.push_back(rule);
        hand_on(std::move(text), std::move(rules), policy_.network.resolvers);
    }
    void remove_one(NetworkStatement statement) {
        for (std::size_t at = 0; at < rules_.size() && !candidates_.found(); ++at) {
            if (rules_[at].statement == statement) {
                std::vector<NetworkRule> rules = rules_;
                rules.erase(rules.begin() + static_cast<std::ptrdiff_t>(at));
                hand_on("remove `" + to_statement(rules_[at]) + "`", std::move(rules), policy_.network.resolvers);
            }
        }
    }
    void unblock(const std::string& word, const NetworkRule& allowing) {
        NetworkRule opening;
        opening.statement = NetworkStatement::unblock;
        opening.addresses = named_addresses("@" + word);
        std::vector<NetworkRule> rules = rules_;
        rules.push_back(opening);
        const std::string statement = "`unblock " + word + " because \"…\"`";
        hand_on("add " + statement, rules, policy_.network.resolvers);
        rules.push_back(allowing);
        hand_on("add " + statement + " and `" + to_statement(allowing) + "`", std::move(rules), policy_.network.resolvers);
    }

    const Policy& policy_;
    Candidates& candidates_;
    Protocol protocol_;
    std::vector<NetworkRule> rules_;
    Origin resolver_origin_;
    NetworkRule wanted_;
};

}  // namespace

void advise_network(const Policy& policy, const Request& request, Candidates& candidates) {
    const NetworkMode mode = policy.network.mode.value;
    const bool is_known = mode == NetworkMode::off || (mode == NetworkMode::filtered && !policy.network.rules.empty());
    if (is_known && request.kind == RequestKind::resolve) {
        NetworkAdvice(policy, request, candidates).about_a_name(request.name);
    } else if (is_known && request.endpoint) {
        NetworkAdvice(policy, request, candidates).about_a_connection();
    }
    if (mode == NetworkMode::off && request.endpoint && is_loopback(request.endpoint->address)) {
        const std::string family = request.endpoint->address.family == Family::ipv4 ? "inet" : "inet6";
        Policy with_family = policy;
        with_family.sockets.named.emplace(family, Origin{});
        settle_sockets(with_family);
        candidates.add("add `sockets { allow " + family + " }`", std::move(with_family));
    }
    Policy changed = policy;
    changed.network = Network();
    changed.network.mode.value = mode == NetworkMode::host ? NetworkMode::off : NetworkMode::host;
    candidates.add(mode == NetworkMode::host ? "write `network off`"
                                             : "write `network host`, which shares the host's network and filters nothing",
                   std::move(changed));
}

}  // namespace sbx::policy
