// The network of a merged layer, and what is wrong about it as a whole: what no single statement shows. Assumes rules that were
// read one by one; a fragment is not held to what only a whole profile can have.
#include "compiler/policy/filtered_network.hpp"
#include "compiler/policy/repeated_statement.hpp"
#include "compiler/policy/resolve_session.hpp"
#include "compiler/policy/statement_text.hpp"

#include <algorithm>
#include <set>
#include <unordered_set>
#include <utility>

namespace sbx::policy {

namespace {

/// What no allowance opens, and no denial closes.
struct Decided {
    AddressSet loopback;
    AddressSet floor;
    AddressSet metadata;  ///< the part of the floor
};

/// Whether all of the rule's addresses are among `addresses`, which are few.
bool lies_within(const NetworkRule& rule, const AddressSet& addresses) {
    const auto covered = [&](const AddressRange& range) {
        return std::any_of(addresses.ranges().begin(), addresses.ranges().end(),
                           [&](const AddressRange& each) { return each.first <= range.first && range.last <= each.last; });
    };
    const auto& ranges = rule.addresses.ranges();
    return !ranges.empty() && std::all_of(ranges.begin(), ranges.end(), covered) && rule.address_parameters.empty() &&
           rule.names.empty();
}

void check_rule(const NetworkRule& rule, const Decided& decided, Session& session) {
    const auto report = [&](std::string message) {
        return session.sink.report(DiagnosticKind::dead_network_statement, Severity::error, rule.origin, std::move(message));
    };
    if (rule.statement == NetworkStatement::deny && lies_within(rule, decided.loopback)) {
        report("loopback can't be denied")
            .note("loopback inside the sandbox is always its own, and always allowed; the host's is out of reach")
            .help("remove the statement");
    } else if (rule.statement == NetworkStatement::allow && lies_within(rule, decided.loopback)) {
        report("this opens nothing: loopback is the sandbox's own")
            .note("loopback inside the sandbox is always allowed, and nothing of the host answers there")
            .help(
                "remove the statement; for a service of the host allow one of its other addresses, and write `unblock host port "
                "PORT because \"…\"`");
    } else if (rule.statement == NetworkStatement::allow && lies_within(rule, decided.floor)) {
        const std::string set = lies_within(rule, decided.metadata) ? "metadata" : "link-local";
        report("this opens nothing: `@" + set + "` stays denied, whatever is allowed")
            .help("remove the statement, or open that too: `unblock " + set + " because \"…\"`");
    }
}

/// Of all that says_the_same() looks at, but for the protocols: so are few rules of one hash, whatever is alike in them.
struct RuleHash {
    std::size_t operator()(const NetworkRule* rule) const {
        std::size_t hash = static_cast<std::size_t>(rule->statement);
        const auto mix = [&](std::size_t value) { hash = (hash ^ value) * 0x9e3779b97f4a7c15U + (hash >> 32U); };
        const auto mix_text = [&](std::string_view text) { mix(std::hash<std::string_view>()(text)); };
        const auto mix_address = [&](const Address& address) {
            mix_text({reinterpret_cast<const char*>(address.bytes.data()), address.bytes.size()});
        };
        for (const AddressRange& range : rule->addresses.ranges()) {
            mix_address(range.first);
            mix_address(range.last);
        }
        for (const PortRange& range : rule->ports.literal.ranges()) {
            mix((std::size_t{range.first} << 16U) + range.last);
        }
        for (const auto* const names : {&rule->address_parameters, &rule->names, &rule->ports.parameters}) {
            std::for_each(names->begin(), names->end(), mix_text);
        }
        return hash;
    }
};

/// L004 for rules that one file says twice.
void check_repeated(const std::vector<NetworkRule>& rules, Session& session) {
    const auto is_repeated = [](const NetworkRule* a, const NetworkRule* b) {
        return a->origin.file == b->origin.file && says_the_same(*a, *b);
    };
    std::unordered_set<const NetworkRule*, RuleHash, decltype(is_repeated)> said(rules.size(), RuleHash(), is_repeated);
    for (const NetworkRule& rule : rules) {
        const auto [place, is_new] = said.insert(&rule);
        if (!is_new) {
            auto report = session.refuse(DiagnosticKind::duplicate, rule.origin, "this is said twice in one file");
            report.label((*place)->origin, "first said here").help("remove one of the two");
            offer_removal_of_repeated(report, session, rule.origin, (*place)->origin);
        }
    }
}

void check_names(const Network& network, Session& session) {
    const auto rule =
        std::find_if(network.rules.begin(), network.rules.end(), [](const auto& each) { return !each.names.empty(); });
    if (rule != network.rules.end() && network.resolvers.empty()) {
        session.error(DiagnosticKind::names_without_resolver, rule->origin, "a name is allowed, and nothing resolves it")
            .note("the sandbox's own resolver has to ask somebody, and asks only those that the policy names")
            .help("add the name servers that it shall ask: `resolver ADDRESS…`");
    }
}

/// The `deny` that covers the name service at an address; null where none does.
const NetworkRule* denial_of(const Network& network, const Address& address) {
    const auto rule = std::find_if(network.rules.begin(), network.rules.end(), [&](const NetworkRule& each) {
        return each.statement == NetworkStatement::deny && each.protocols.contains(Protocol::udp) &&
               each.addresses.contains(address) && each.ports.literal.contains(53);
    });
    return rule == network.rules.end() ? nullptr : &*rule;
}

void check_resolver(const Network& network, const Address& address, Origin origin, Session& session) {
    const std::string text = to_text(address);
    if (named_addresses("@loopback").contains(address)) {
        session.error(DiagnosticKind::resolver_out_of_reach, origin, "the resolver `" + text + "` is the sandbox's own loopback")
            .note("no name server of the host answers there")
            .help("name the server that the host itself asks: `resolvectl status` or its /etc/resolv.conf shows it");
    } else if (floor_addresses(network.unblocked).contains(address)) {
        const bool is_metadata = named_addresses("@metadata").contains(address);
        session
            .error(DiagnosticKind::resolver_out_of_reach, origin,
                   "the resolver `" + text + "` is " + (is_metadata ? "a metadata address" : "link-local") + ", which stays denied")
            .help(std::string("name another one, or write `unblock ") + (is_metadata ? "metadata" : "link-local") +
                  " because \"…\"`");
    } else if (const NetworkRule* const denial = denial_of(network, address)) {
        session.error(DiagnosticKind::resolver_out_of_reach, origin, "the resolver `" + text + "` is denied")
            .label(denial->origin, "denied here")
            .help("name another one, or deny less: a denial beats every allowance");
    }
}

}  // namespace

void merge_network_rules(std::vector<NetworkRule>& into, std::vector<NetworkRule> from) {
    if (into.empty()) {
        into = std::move(from);
        return;
    }
    std::set<std::pair<const SourceFile*, std::uint32_t>> known;  // a file may be taken in on two ways
    for (const NetworkRule& rule : into) {
        known.emplace(rule.origin.file, rule.origin.span.begin);
    }
    for (NetworkRule& rule : from) {
        if (known.emplace(rule.origin.file, rule.origin.span.begin).second) {
            into.push_back(std::move(rule));
        }
    }
}

Network normalize_network(Layer& layer, Session& session) {
    Network network;
    if (!layer.network) {
        return network;
    }
    network.mode = {layer.network->value, layer.network->origin};
    if (network.mode.value != NetworkMode::filtered) {
        return network;
    }
    ParameterTable parameters;
    for (const auto& [name, parameter] : layer.parameters) {
        parameters[name] = {parameter.value, parameter.origin};
    }
    const auto resolvers = layer.resolver ? layer.resolver->value : std::vector<ResolverAddress>();
    const Origin resolver_origin = layer.resolver ? layer.resolver->origin : Origin{};
    network = filtered_network(parameters, std::move(layer.network_rules), resolvers, resolver_origin, layer.network->origin);
    check_repeated(network.rules, session);
    const Decided decided{named_addresses("@loopback"), floor_addresses(network.unblocked),
                          network.unblocked.metadata ? AddressSet() : named_addresses("@metadata")};
    for (const NetworkRule& rule : network.rules) {
        check_rule(rule, decided, session);
    }
    if (!session.profile.is_fragment) {
        check_names(network, session);
    }
    for (const ResolverAddress& resolver : network.resolvers) {
        if (const auto* const address = std::get_if<Address>(&resolver)) {
            check_resolver(network, *address, resolver_origin, session);
        }
    }
    find_dead_rules(parameters, network, session);
    return off_if_closed(std::move(network));
}

void add_resolver_file(Layer& layer, const Network& network, Session& session) {
    if (network.resolvers.empty()) {
        return;
    }
    const SandboxPath path = SandboxPath::literal("/etc/resolv.conf").value();
    const auto place = std::lower_bound(layer.nodes.begin(), layer.nodes.end(), path,
                                        [](const PlacedNode& node, const SandboxPath& wanted) { return node.path < wanted; });
    if (place != layer.nodes.end() && place->path == path) {
        if (!std::holds_alternative<DataFile>(place->node.content)) {
            session
                .error(DiagnosticKind::conflicting_nodes, place->node.origin,
                       "`" + statement_head(path, place->node) + "` where `resolver` places a file")
                .caret("and this here")
                .label(layer.resolver->origin, "this places /etc/resolv.conf")
                .help(
                    "remove one of the two; a `file /etc/resolv.conf \"…\"` may stand beside `resolver`, and is then used as it "
                    "is");
        }
        return;
    }
    Text contents;
    if (!network.names.empty()) {
        contents.append_literal("nameserver 127.0.0.1\n");
    }
    for (const ResolverAddress& resolver : network.names.empty() ? network.resolvers : std::vector<ResolverAddress>()) {
        contents.append_literal("nameserver ");
        if (const auto* const parameter = std::get_if<ParameterName>(&resolver)) {
            contents.append_parameter(parameter->name);
        } else {
            contents.append_literal(to_text(std::get<Address>(resolver)));
        }
        contents.append_literal("\n");
    }
    Node node;
    node.content = DataFile{std::move(contents), DataFile{}.mode};
    node.origin = layer.resolver->origin;
    layer.nodes.insert(place, PlacedNode{path, std::move(node), false});
}

}  // namespace sbx::policy
