// A filter under construction: every set has a name that says what it is for, and every rule of a policy becomes rules of one
// protocol and one family each.
#pragma once

#include "compiler/plan/filter_plan.hpp"
#include "compiler/plan/literal_traffic.hpp"

#include <map>
#include <string>
#include <vector>

namespace sbx::plan {

class FilterBuilder {
public:
    explicit FilterBuilder(const policy::Policy& policy);

    /// Sets that a launch fills, and those that stay shut whatever is allowed.
    void add_fixed_sets();
    /// Of every parameter that the network mentions.
    void add_parameter_sets();
    void add_traffic(const policy::Traffic& traffic, bool allows);
    void add_symbolic(const std::vector<policy::SymbolicRule>& rules, bool allows);
    /// The sets of names, and what may be reached at the addresses in them.
    void add_names();
    /// Where names are allowed, the sandbox's own resolver alone may ask the resolvers of the policy.
    void add_resolvers();
    [[nodiscard]] FilterPlan take() { return std::move(plan_); }

private:
    /// One of the sets that hold the elements of a rule together.
    struct SetPart {
        std::string name;
        std::optional<policy::AddressRange> within;  ///< if it is not the only one
    };
    FilterSet& add_set(std::string name, SetKey key, policy::Family family);
    void add_pair(const std::string& stem);
    void add_literal(LiteralTraffic literal, policy::Family family, bool allows);
    void add_rule(FilterRule rule, bool allows);
    /// One rule for the literal ports, in pieces that a transaction can take, and one for each parameter.
    void add_rules(FilterRule rule, const policy::Ports& ports, bool allows);
    /// Sets of the name and of `NAME_1` …, none with more elements than filter_size.hpp says.
    std::vector<SetPart> add_parts(const std::string& name, SetKey key, policy::Family family, std::vector<FilterElement> elements);
    std::vector<SetPart> destinations_of(const policy::SymbolicRule& rule, policy::Family family);
    [[nodiscard]] std::vector<Origin> origins_of(const policy::SymbolicRule& rule, bool allows) const;

    const policy::Network& network_;
    FilterPlan plan_;
    std::map<std::pair<policy::AddressSet, policy::Family>, std::vector<SetPart>> places_;  ///< of symbolic rules
};

}  // namespace sbx::plan
