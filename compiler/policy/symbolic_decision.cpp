// Both sides only gain with each parameter that has the connection's address or port. So something is let out for some values
// exactly when one allowing condition can be met without meeting a denying one: with its own parameters and no others.
#include "compiler/policy/symbolic_decision.hpp"

#include "compiler/policy/network_parts.hpp"

#include <algorithm>

namespace sbx::policy {
namespace {

bool is_single(const AddressSet& values) {
    return values.ranges().size() == 1 && values.ranges()[0].first == values.ranges()[0].last;
}
bool is_single(const PortSet& values) {
    return values.ranges().size() == 1 && values.ranges()[0].first == values.ranges()[0].last;
}

bool is_met_with(const Condition& condition, const std::set<std::string>& parameters) {
    return std::includes(parameters.begin(), parameters.end(), condition.parameters.begin(), condition.parameters.end());
}

const Condition* met_with(const std::vector<Condition>& conditions, const std::set<std::string>& parameters) {
    const auto found =
        std::find_if(conditions.begin(), conditions.end(), [&](const Condition& each) { return is_met_with(each, parameters); });
    return found == conditions.end() ? nullptr : &*found;
}

std::set<std::string> parameters_of(const std::vector<Condition>& conditions) {
    std::set<std::string> all;
    for (const Condition& each : conditions) {
        all.insert(each.parameters.begin(), each.parameters.end());
    }
    return all;
}

}  // namespace

void SymbolicNetwork::add_conditions(const std::vector<SymbolicRule>& rules, std::vector<Condition>& conditions) const {
    for (const SymbolicRule& rule : rules) {
        if (rule.protocol != protocol_) {
            continue;
        }
        Condition condition{&rule, {}};
        if (const auto* const parameter = std::get_if<ParameterName>(&rule.to)) {
            const AddressSet values = values_of_address(policy_.parameters, parameter->name);
            if (!values.contains(endpoint_.address)) {
                continue;
            }
            if (!is_single(values)) {
                condition.parameters.insert(parameter->name);
            }
        } else if (!std::get<AddressSet>(rule.to).contains(endpoint_.address)) {
            continue;
        }
        if (rule.ports.literal.contains(endpoint_.port)) {
            conditions.push_back(std::move(condition));
            continue;
        }
        for (const std::string& name : rule.ports.parameters) {
            const PortSet values = values_of_port(policy_.parameters, name);
            if (values.contains(endpoint_.port)) {
                Condition with_port = condition;
                if (!is_single(values)) {
                    with_port.parameters.insert(name);
                }
                conditions.push_back(std::move(with_port));
            }
        }
    }
}

SymbolicDecision SymbolicNetwork::decide() const {
    const Network& network = policy_.network;
    SymbolicDecision decision;
    if (network.allowed.contains(protocol_, endpoint_.address, endpoint_.port)) {
        decision.allowing.push_back({nullptr, {}});
    }
    add_conditions(network.symbolic_allowed, decision.allowing);
    add_conditions(network.symbolic_denied, decision.denying);
    if (const Condition* const always = met_with(decision.denying, {})) {
        decision.deciding = *always;
        decision.is_decided_by_denial = true;
        return decision;
    }
    const auto possible = std::find_if(decision.allowing.begin(), decision.allowing.end(), [&](const Condition& each) {
        return met_with(decision.denying, each.parameters) == nullptr;
    });
    if (possible == decision.allowing.end()) {
        if (!decision.allowing.empty()) {
            decision.deciding = *met_with(decision.denying, decision.allowing.front().parameters);
            decision.is_decided_by_denial = true;
        }
        return decision;
    }
    const Condition* const always = met_with(decision.allowing, {});
    if (always != nullptr && decision.denying.empty()) {
        decision.allowed = ForValues::every;
        decision.deciding = *always;
        return decision;
    }
    decision.allowed = ForValues::some;
    decision.is_decided_by_denial = always != nullptr;
    decision.deciding = always != nullptr ? decision.denying.front() : *possible;
    decision.parameters = parameters_of(decision.denying);
    if (always == nullptr) {
        decision.parameters.merge(parameters_of(decision.allowing));
    }
    return decision;
}

}  // namespace sbx::policy
