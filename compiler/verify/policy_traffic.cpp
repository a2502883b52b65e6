// A network block's normal form as clauses; see the header.
#include "compiler/verify/policy_traffic.hpp"

#include "compiler/verify/launch_sets.hpp"

#include <algorithm>
#include <string_view>

namespace sbx::verify {
namespace {

constexpr policy::PortRange every_port{1, 65535};
constexpr std::uint16_t name_service = 53;

Interval interval_of(const policy::AddressRange& range) {
    return {number_of(range.first), number_of(range.last)};
}

void add_addresses(const policy::AddressSet& set, policy::Family family, std::vector<Reached>& reached) {
    for (const policy::AddressRange& range : set.ranges()) {
        if (range.first.family == family) {
            reached.push_back({interval_of(range), every_port});
        }
    }
}

void add_named_set(std::string_view name, policy::Family family, std::vector<Reached>& reached) {
    const auto& sets = policy::named_address_sets();
    const auto found = std::find_if(sets.begin(), sets.end(), [&](const auto& set) { return set.name == name; });
    for (const policy::NamedRange& range : found->ranges) {
        const policy::AddressRange parsed = policy::parse_range(range.text).range;
        if (parsed.first.family == family) {
            reached.push_back({interval_of(parsed), every_port});
        }
    }
}

}  // namespace

std::shared_ptr<const AddressLine> LiteralLines::of(const policy::Reaches& list, policy::Family family, PortTable& ports) {
    const auto known = std::find_if(made_.begin(), made_.end(),
                                    [&](const Made& made) { return made.family == family && made.list.is_same(list); });
    if (known != made_.end()) {
        return known->line;
    }
    std::vector<Reached> reached;
    for (const policy::Reach& reach : list) {
        if (reach.addresses.first.family != family) {
            continue;
        }
        for (const policy::PortRange& range : reach.ports.ranges()) {
            reached.push_back({interval_of(reach.addresses), range});
        }
    }
    made_.push_back({list, family, std::make_shared<const AddressLine>(make_line(reached, family, ports))});
    return made_.back().line;
}

class PolicyTraffic::Builder {
public:
    Builder(PolicyTraffic& traffic, policy::Family family, PortTable& ports, Conditions& conditions)
        : traffic_(traffic), family_(family), ports_(ports), conditions_(conditions) {}

    std::size_t line(const std::vector<Reached>& reached) {
        traffic_.lines_.push_back(std::make_shared<const AddressLine>(make_line(reached, family_, ports_)));
        return traffic_.lines_.size() - 1;
    }
    std::size_t line(const policy::PortSet& ports) {
        traffic_.lines_.push_back(std::make_shared<const AddressLine>(make_constant_line(ports_.number(ports.ranges()))));
        return traffic_.lines_.size() - 1;
    }

    Clause literal(const policy::Traffic& traffic, policy::Protocol protocol, LiteralLines& known) {
        const auto found = traffic.reaches().find(protocol);
        if (found == traffic.reaches().end()) {
            return shut(line(std::vector<Reached>()));
        }
        traffic_.lines_.push_back(known.of(found->second, family_, ports_));
        return shut(traffic_.lines_.size() - 1);
    }

    void set_ports(const policy::Ports& ports, policy::Protocol protocol, Clause& clause) {
        if (!policy::has_ports(protocol)) {
            clause.asked_ports = holds_always;
            return;
        }
        clause.ports = line(ports.literal);
        for (const std::string& parameter : ports.parameters) {
            clause.asked_ports = conditions_.either(clause.asked_ports, conditions_.question(question_port(parameter)));
        }
    }

    void add_rules(const std::vector<policy::SymbolicRule>& rules, policy::Protocol protocol, std::vector<Clause>& clauses) {
        for (const policy::SymbolicRule& rule : rules) {
            if (rule.protocol != protocol) {
                continue;
            }
            Clause clause;
            if (const auto* const parameter = std::get_if<policy::ParameterName>(&rule.to)) {
                clause.asked_where = conditions_.question(question_address(parameter->name));
            } else {
                std::vector<Reached> reached;
                add_addresses(std::get<policy::AddressSet>(rule.to), family_, reached);
                clause.where = line(reached);
            }
            set_ports(rule.ports, protocol, clause);
            clauses.push_back(clause);
        }
    }

    void add_names(const policy::Network& network, policy::Protocol protocol) {
        for (const auto& [name, reach] : network.names) {
            if (const auto found = reach.find(protocol); found != reach.end()) {
                Clause clause;
                clause.asked_where = conditions_.question(question_name(name));
                set_ports(found->second, protocol, clause);
                traffic_.allowed_later_.push_back(clause);
            }
        }
    }

    /// "Together with `to host`, only the sandbox's own resolver may reach it."
    void add_resolvers(const policy::Network& network) {
        Clause clause;
        std::vector<Reached> reached;
        for (const policy::ResolverAddress& resolver : network.resolvers) {
            if (const auto* const parameter = std::get_if<policy::ParameterName>(&resolver)) {
                const Condition asked = conditions_.question(question_address(parameter->name));
                clause.asked_where = conditions_.either(clause.asked_where, asked);
            } else if (const auto& address = std::get<policy::Address>(resolver); address.family == family_) {
                reached.push_back({{number_of(address), number_of(address)}, every_port});
            }
        }
        clause.where = line(reached);
        policy::PortSet ports;
        ports.add({name_service, name_service});
        clause.ports = line(ports);
        traffic_.allowed_later_.push_back(clause);
    }

    void add_floor(const policy::Unblocked& unblocked) {
        std::vector<Reached> link_local;
        std::vector<Reached> metadata;
        add_named_set("@link-local", family_, link_local);
        add_named_set("@metadata", family_, metadata);
        Clause of_metadata = shut(line(metadata));
        Clause of_link_local = shut(line(link_local));
        // What is both is opened with `unblock metadata` alone.
        of_link_local.except = of_metadata.where;
        if (!unblocked.metadata) {
            traffic_.denied_literally_.push_back(of_metadata);
        }
        if (!unblocked.link_local) {
            traffic_.denied_literally_.push_back(of_link_local);
        }
    }

    /// All ports of a line's addresses, or those that the line has.
    static Clause shut(std::size_t where) {
        Clause clause;
        clause.where = where;
        clause.asked_ports = holds_always;
        return clause;
    }

private:
    PolicyTraffic& traffic_;
    policy::Family family_;
    PortTable& ports_;
    Conditions& conditions_;
};

PolicyTraffic::PolicyTraffic(const policy::Network& network, policy::Family family, policy::Protocol protocol,
                             bool from_resolver_port, LiteralLines& known, PortTable& ports, Conditions& conditions) {
    Builder builder(*this, family, ports, conditions);
    // Questions in this order keep the diagrams small: first what denies, then what allows.
    gateway_ = conditions.question(std::string(question_gateway));
    host_ = conditions.question(std::string(question_host));
    if (policy::has_ports(protocol)) {
        Clause opened;
        opened.asked_where = holds_always;
        opened_on_host_ = opened;
        builder.set_ports(network.unblocked.host, protocol, *opened_on_host_);
    }
    builder.add_rules(network.symbolic_denied, protocol, denied_);
    denied_literally_.push_back(builder.literal(network.denied, protocol, known));
    builder.add_floor(network.unblocked);
    std::vector<Reached> loopback;
    add_named_set("@loopback", family, loopback);
    loopback_ = builder.line(loopback);
    allowed_.push_back(builder.literal(network.allowed, protocol, known));
    builder.add_rules(network.symbolic_allowed, protocol, allowed_later_);
    builder.add_names(network, protocol);
    if (from_resolver_port && protocol == policy::Protocol::udp && !network.names.empty()) {
        builder.add_resolvers(network);
    }
}

PolicyTraffic::PolicyTraffic(const policy::Network& network, policy::Family family, policy::Protocol protocol, PortTable& ports,
                             Conditions& conditions) {
    Builder builder(*this, family, ports, conditions);
    policy::Ports published;
    for (const policy::Publication& publication : network.published) {
        if (publication.protocol != protocol || publication.on.family != family) {
            continue;
        }
        if (const auto* const parameter = std::get_if<policy::ParameterName>(&publication.port)) {
            published.parameters.insert(parameter->name);
        } else {
            const auto port = std::get<std::uint16_t>(publication.port);
            published.literal.add({port, port});
        }
    }
    Clause clause;
    clause.asked_where = holds_always;
    builder.set_ports(published, protocol, clause);
    allowed_.push_back(clause);
}

Condition PolicyTraffic::value(const Clause& clause, Conditions& conditions, const std::vector<Condition>& holds) {
    Condition where = conditions.either(clause.asked_where, clause.where ? holds[*clause.where] : holds_never);
    where = clause.except ? conditions.except(where, holds[*clause.except]) : where;
    const Condition port = conditions.either(clause.asked_ports, clause.ports ? holds[*clause.ports] : holds_never);
    return conditions.both(where, port);
}

bool PolicyTraffic::is_loopback(const std::vector<Condition>& holds) const {
    return loopback_ && holds[*loopback_] == holds_always;
}

bool PolicyTraffic::says_the_same(const PolicyTraffic& other) const {
    const auto is_same = [](const auto& a, const auto& b) { return a == b || *a == *b; };
    return std::equal(lines_.begin(), lines_.end(), other.lines_.begin(), other.lines_.end(), is_same) &&
           allowed_ == other.allowed_ && allowed_later_ == other.allowed_later_ && denied_literally_ == other.denied_literally_ &&
           denied_ == other.denied_ && loopback_ == other.loopback_ && opened_on_host_ == other.opened_on_host_ &&
           host_ == other.host_ && gateway_ == other.gateway_;
}

Condition PolicyTraffic::allowed(Conditions& conditions, const std::vector<Condition>& holds) const {
    const auto any = [&](const std::vector<Clause>& clauses) {
        Condition result = holds_never;
        for (const Clause& clause : clauses) {
            result = conditions.either(result, value(clause, conditions, holds));
        }
        return result;
    };
    Condition result = conditions.except(any(allowed_later_), any(denied_literally_));
    result = conditions.except(conditions.either(result, any(allowed_)), any(denied_));
    const Condition opened = opened_on_host_ ? value(*opened_on_host_, conditions, holds) : holds_never;
    const Condition on_host = conditions.except(host_, opened);
    return conditions.except(conditions.except(result, on_host), gateway_);
}

}  // namespace sbx::verify
