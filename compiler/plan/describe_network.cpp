// A packet filter in the words of policies: what its sets are called is for the reader of egress.nft.
#include "compiler/plan/describe_parts.hpp"
#include "compiler/plan/visit.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <string_view>

namespace sbx::plan {
namespace {

/// Lines for one set; the rest is counted.
constexpr std::size_t shown_elements = 24;

std::string comment_of(const std::vector<Origin>& origins) {
    std::string comment;
    for (const Origin& origin : origins) {
        if (origin.known()) {
            comment += (comment.empty() ? "" : ", ") + origin.describe_stable();
        }
    }
    return comment;
}

std::string text_of(const policy::PortRange& ports) {
    return ports.first == ports.last ? fmt::format("{}", ports.first) : fmt::format("{}-{}", ports.first, ports.last);
}

std::string text_of(const policy::PortSet& ports) {
    std::string text;
    for (const policy::PortRange& range : ports.ranges()) {
        text += " " + text_of(range);
    }
    return text;
}

/// `param_server_4` is `$server`, `param_p_port` is `$p`.
std::string parameter_of(std::string_view set) {
    constexpr std::string_view prefix = "param_";
    return "$" + std::string(set.substr(prefix.size(), set.rfind('_') - prefix.size()));
}

class NetworkLines {
public:
    explicit NetworkLines(const FilterPlan& plan) : plan_(plan) {
        for (const FilterSet& set : plan.sets) {
            sets_.emplace(set.name, &set);
        }
        if (plan.resolver) {
            for (const ResolvedDomain& domain : plan.resolver->domains) {
                const std::string below = "*." + domain.domain;
                for (const std::string& set : domain.sets) {
                    names_[set] = domain.itself && set == domain.sets.front() ? domain.domain : below;
                }
            }
        }
    }

    std::vector<Line> take() {
        add(fmt::format("{} and nft, {}", to_text(plan_.helper), plan_.ipv6 ? "IPv4 and IPv6" : "IPv4 only"));
        add("deny what the user-mode network answers at itself");
        add("deny host" + (plan_.host_ports.empty() ? "" : " but for port" + text_of(plan_.host_ports)));
        for (const char* const floor : {"floor_4", "floor_6"}) {
            for (const FilterElement& element : sets_.at(floor)->elements) {
                add("deny any to " + policy::to_text(element.addresses));
            }
        }
        for (const FilterRule& rule : plan_.denials) {
            add_rule("deny", rule);
        }
        for (const FilterRule& rule : plan_.allowances) {
            add_rule("allow", rule);
        }
        add_resolver();
        for (const policy::Publication& each : plan_.publish) {
            add(fmt::format("publish {} {} on {}", policy::to_text(each.protocol), text_of(each.port), policy::to_text(each.on)));
        }
        return std::move(lines_);
    }

private:
    void add(std::string text, std::string comment = {}) { lines_.push_back({std::move(text), std::move(comment)}); }

    static std::string text_of(const policy::Ports& ports) {
        std::string text = plan::text_of(ports.literal);
        for (const std::string& name : ports.parameters) {
            text += " $" + name;
        }
        return text;
    }
    static std::string text_of(const std::variant<std::uint16_t, policy::ParameterName>& port) {
        return std::visit(Overloaded{
                              [](std::uint16_t number) { return std::to_string(number); },
                              [](const policy::ParameterName& name) { return "$" + name.name; },
                          },
                          port);
    }
    static std::string text_of(const RulePorts& ports) {
        return std::visit(Overloaded{
                              [](std::monostate) { return std::string(); },
                              [](const policy::PortSet& literal) { return " port" + plan::text_of(literal); },
                              [](const PortSetName& name) { return " port " + parameter_of(name.set); },
                          },
                          ports);
    }

    void add_rule(std::string_view verb, const FilterRule& rule) {
        const std::string start =
            fmt::format("{} {}{} to ", verb, policy::to_text(rule.protocol), rule.from_resolver ? " by the resolver" : "");
        const std::string ports = text_of(rule.ports);
        if (rule.key == SetKey::address) {
            if (rule.family == policy::Family::ipv4) {  // said once for both
                add(start + filled(rule.destinations) + ports, comment_of(rule.origins));
            }
            return;
        }
        const FilterSet& set = *sets_.at(rule.destinations);
        const std::size_t shown = std::min(set.elements.size(), shown_elements);
        for (std::size_t i = 0; i < shown; ++i) {
            const FilterElement& element = set.elements[i];
            const std::string own = set.key == SetKey::endpoint ? " port " + plan::text_of(element.ports) : ports;
            add(start + policy::to_text(element.addresses) + own,
                comment_of(element.origins.empty() ? rule.origins : element.origins));
        }
        if (shown < set.elements.size()) {
            add(start + fmt::format("{} more, listed in egress.nft and its parts", set.elements.size() - shown));
        }
    }

    std::string filled(const std::string& set) {
        const auto name = names_.find(set.substr(0, set.rfind('_')));
        if (name == names_.end()) {
            return parameter_of(set);
        }
        return fmt::format("host \"{}\"", name->second);
    }

    void add_resolver() {
        if (!plan_.resolver) {
            return;
        }
        std::string servers;
        for (const policy::Address& server : plan_.resolver->upstream) {
            servers += " " + policy::to_text(server);
        }
        for (const std::string& parameter : plan_.resolver->parameters) {
            servers += " $" + parameter;
        }
        for (const ResolvedDomain& domain : plan_.resolver->domains) {
            const std::string_view what = !domain.below ? "" : domain.itself ? " and names below it" : ", names below it only";
            add(fmt::format("dnsmasq answers {}{}, from{}", domain.domain, what, servers), comment_of(domain.origins));
        }
    }

    const FilterPlan& plan_;
    std::map<std::string, const FilterSet*> sets_;
    std::map<std::string, std::string> names_;  ///< by the stem of their sets
    std::vector<Line> lines_;
};

}  // namespace

std::vector<Line> network_lines(const ExecutionPlan& plan) {
    const bool is_filtered = plan.process.network == policy::NetworkMode::filtered && !plan.network.sets.empty();
    return is_filtered ? NetworkLines(plan.network).take() : std::vector<Line>();
}

}  // namespace sbx::plan
