// Shadowing in the network: an `allow` or `deny` of the root file is dead when others of that file decide all packets that it
// names, for every value of every parameter. What it names is taken apart into needs: addresses at which the same statements speak,
// all values of a parameter, a name. It is dead when each need is met by the others together. Of statements that are dead by each
// other the first stays, so that all that is reported can be removed at once.
#include "compiler/policy/dead_rule.hpp"
#include "compiler/policy/network_parts.hpp"
#include "compiler/policy/network_text.hpp"
#include "compiler/policy/overlaps.hpp"
#include "compiler/policy/resolve_session.hpp"

#include <algorithm>
#include <deque>

namespace sbx::policy {
namespace {

bool is_denial(const NetworkRule& rule) {
    return rule.statement == NetworkStatement::deny;
}

/// The literal addresses of a statement, or the values of one of its parameters.
struct Extent {
    std::size_t rule;
    const std::string* parameter;  ///< null for the literal ones
    const AddressSet* addresses;
};

class DeadRules {
public:
    DeadRules(const ParameterTable& parameters, const Network& network, const SourceFile* root) : parameters_(parameters) {
        for (const NetworkRule& rule : network.rules) {
            const bool decides = rule.allows || is_denial(rule) || rule.statement == NetworkStatement::allow;
            if (decides && rule.origin.file == root) {
                rules_.push_back(&rule);
            }
        }
        shut_ = {&named_addresses("@loopback"), &floor_addresses(network.unblocked)};
    }

    void report(Session& session) {
        if (rules_.size() < 2) {
            return;
        }
        if (!find_needs()) {
            session.profile.dead_statements.push_back(unjudged_rules(*rules_.front(), rules_.size()));
            return;
        }
        std::vector<bool> dead(rules_.size());
        for (std::size_t i = rules_.size(); i-- > 0;) {
            const auto others = [&](std::size_t other) { return other != i && !dead[other] && speaks_for(other, i); };
            dead[i] = judged_[i] && are_met(needs_[i], others);
        }
        for (std::size_t i = 0; i < rules_.size(); ++i) {
            if (dead[i]) {
                const auto living = [&](std::size_t other) { return !dead[other] && speaks_for(other, i); };
                const auto denials = [&](std::size_t other) { return living(other) && is_denial(*rules_[other]); };
                const bool differs = !is_denial(*rules_[i]) && are_met(needs_[i], denials);
                const std::vector<std::size_t> covering =
                    differs ? smallest_cover(needs_[i], denials) : smallest_cover(needs_[i], living);
                std::vector<const NetworkRule*> cover;
                std::transform(covering.begin(), covering.end(), std::back_inserter(cover),
                               [&](auto each) { return rules_[each]; });
                session.profile.dead_statements.push_back(dead_rule(*rules_[i], cover, differs));
            }
        }
    }

private:
    static constexpr std::size_t most_others = 1U << 19U;  ///< in all needs together: more take too long, and nobody wrote them

    /// Ports of one statement, and which statements speak of the same destination.
    struct Need {
        const NetworkRule* rule;
        std::vector<std::size_t> others;
    };
    using Needs = std::vector<Need>;

    const ParameterTable& parameters_;
    std::vector<const NetworkRule*> rules_;
    std::array<const AddressSet*, 2> shut_{};
    std::vector<Needs> needs_;
    std::vector<bool> judged_;  ///< it may be dead: nothing of it is said by it alone
    std::deque<AddressSet> values_;

    [[nodiscard]] bool speaks_for(std::size_t other, std::size_t rule) const {
        return is_denial(*rules_[other]) || !is_denial(*rules_[rule]);
    }

    [[nodiscard]] std::vector<Extent> extents() {
        std::vector<Extent> result;
        for (std::size_t i = 0; i < rules_.size(); ++i) {
            if (!rules_[i]->addresses.empty()) {
                result.push_back({i, nullptr, &rules_[i]->addresses});
            }
            for (const std::string& parameter : rules_[i]->address_parameters) {
                values_.push_back(values_of_address(parameters_, parameter));
                result.push_back({i, &parameter, &values_.back()});
            }
        }
        return result;
    }

    /// False where there are too many to judge.
    bool find_needs() {
        const std::vector<Extent> all = extents();
        std::vector<const AddressSet*> sets;
        std::transform(all.begin(), all.end(), std::back_inserter(sets), [](const Extent& each) { return each.addresses; });
        sets.insert(sets.end(), shut_.begin(), shut_.end());
        const std::optional<Overlaps> overlaps = overlaps_of(sets);
        if (!overlaps) {
            return false;
        }
        needs_.resize(rules_.size());
        judged_.assign(rules_.size(), true);
        for (std::size_t i = 0; i < all.size(); ++i) {
            judged_[all[i].rule] = judged_[all[i].rule] && !overlaps->alone[i];
        }
        std::size_t others = 0;
        for (const std::vector<std::uint32_t>& combination : overlaps->together) {
            others += add_needs(all, combination);
            if (others > most_others) {
                return false;
            }
        }
        const Entries names = entries();
        for (std::size_t i = 0; i < rules_.size(); ++i) {
            add_name_needs(names, i);
            judged_[i] = judged_[i] && rules_[i]->statement != NetworkStatement::resolver && !needs_[i].empty() && !is_repeated(i);
        }
        return true;
    }

    /// How many others they name.
    std::size_t add_needs(const std::vector<Extent>& all, const std::vector<std::uint32_t>& combination) {
        std::size_t named = 0;
        // The two sets that are shut come last.
        const auto holds = [&](std::size_t set) {
            return combination.back() == set || (combination.size() > 1 && combination[combination.size() - 2] == set);
        };
        const bool is_loopback = holds(all.size());
        const bool is_floor = holds(all.size() + 1);
        for (const std::uint32_t index : combination) {
            if (index >= all.size() || !judged_[all[index].rule] || is_loopback ||
                (is_floor && !is_denial(*rules_[all[index].rule]))) {
                continue;
            }
            Need need{rules_[all[index].rule], {}};
            for (const std::uint32_t other : combination) {
                const bool speaks = other < all.size() && all[other].rule != all[index].rule &&
                                    (all[other].parameter == nullptr ||
                                     (all[index].parameter != nullptr && *all[other].parameter == *all[index].parameter));
                if (speaks && (need.others.empty() || need.others.back() != all[other].rule)) {
                    need.others.push_back(all[other].rule);
                }
            }
            named += need.others.size();
            judged_[all[index].rule] = !need.others.empty();
            needs_[all[index].rule].push_back(std::move(need));
        }
        return named;
    }

    using Entries = std::map<std::string, std::vector<std::size_t>>;

    [[nodiscard]] Entries entries() const {
        Entries result;
        for (std::size_t i = 0; i < rules_.size(); ++i) {
            for (const std::string& name : rules_[i]->names) {
                result[name].push_back(i);
            }
        }
        return result;
    }

    /// Of an entry speaks whoever has it, and whoever has a wildcard above it.
    void add_name_needs(const Entries& entries, std::size_t index) {
        for (const std::string& name : rules_[index]->names) {
            Need need{rules_[index], {}};
            const auto add = [&](const std::string& entry) {
                const auto found = entries.find(entry);
                for (const std::size_t other : found == entries.end() ? std::vector<std::size_t>() : found->second) {
                    if (other != index) {
                        need.others.push_back(other);
                    }
                }
            };
            add(name);
            for (std::size_t dot = name.find('.', name.starts_with("*.") ? 2 : 0); dot != std::string::npos;
                 dot = name.find('.', dot + 1)) {
                add("*" + name.substr(dot));
            }
            judged_[index] = judged_[index] && !need.others.empty();
            needs_[index].push_back(std::move(need));
        }
    }

    [[nodiscard]] bool is_repeated(std::size_t index) const {
        const auto& others = needs_[index].front().others;
        return std::any_of(others.begin(), others.end(),
                           [&](std::size_t other) { return says_the_same(*rules_[other], *rules_[index]); });
    }

    template <class Usable>
    [[nodiscard]] bool is_met(const Need& need, const Usable& usable) const {
        return std::all_of(need.rule->protocols.begin(), need.rule->protocols.end(), [&](Protocol protocol) {
            Ports said;
            for (const std::size_t other : need.others) {
                if (usable(other) && rules_[other]->protocols.contains(protocol)) {
                    if (!has_ports(protocol)) {
                        return true;
                    }
                    said.literal = said.literal.united(rules_[other]->ports.literal);
                    said.parameters.insert(rules_[other]->ports.parameters.begin(), rules_[other]->ports.parameters.end());
                }
            }
            const Ports& wanted = need.rule->ports;
            const auto is_said = [&](const std::string& name) {
                return said.parameters.count(name) != 0 || values_of_port(parameters_, name).without(said.literal).empty();
            };
            return has_ports(protocol) && wanted.literal.without(said.literal).empty() &&
                   std::all_of(wanted.parameters.begin(), wanted.parameters.end(), is_said);
        });
    }
    template <class Usable>
    [[nodiscard]] bool are_met(const Needs& needs, const Usable& usable) const {
        return std::all_of(needs.begin(), needs.end(), [&](const Need& need) { return is_met(need, usable); });
    }

    /// As few usable statements as meet all needs. Where the search takes too many steps, a set of which none can be left out.
    template <class Usable>
    [[nodiscard]] std::vector<std::size_t> smallest_cover(const Needs& needs, const Usable& usable) const {
        constexpr std::size_t most_searched = 4;
        std::vector<std::size_t> chosen;
        std::size_t steps = 2000;
        for (std::size_t size = 1; size <= most_searched; ++size) {
            if (complete(needs, usable, size, chosen, steps)) {
                std::sort(chosen.begin(), chosen.end());
                return chosen;
            }
        }
        return irreducible_cover(needs, usable);
    }

    template <class Usable>
    bool complete(const Needs& needs, const Usable& usable, std::size_t left, std::vector<std::size_t>& chosen,
                  std::size_t& steps) const {
        const auto is_chosen = [&](std::size_t other) { return std::find(chosen.begin(), chosen.end(), other) != chosen.end(); };
        const auto unmet = std::find_if_not(needs.begin(), needs.end(), [&](const Need& need) { return is_met(need, is_chosen); });
        if (unmet == needs.end()) {
            return true;
        }
        for (auto other = unmet->others.begin(); left > 0 && other != unmet->others.end() && steps > 0; ++other) {
            if (usable(*other) && !is_chosen(*other)) {
                --steps;
                chosen.push_back(*other);
                if (complete(needs, usable, left - 1, chosen, steps)) {
                    return true;
                }
                chosen.pop_back();
            }
        }
        return false;
    }

    template <class Usable>
    [[nodiscard]] std::vector<std::size_t> irreducible_cover(const Needs& needs, const Usable& usable) const {
        std::set<std::size_t> chosen;
        const auto is_chosen = [&](std::size_t other) { return chosen.count(other) != 0; };
        for (const Need& need : needs) {
            if (!is_met(need, is_chosen)) {
                std::copy_if(need.others.begin(), need.others.end(), std::inserter(chosen, chosen.end()), usable);
            }
        }
        constexpr std::size_t most_tried = 64;
        for (auto each = chosen.begin(); chosen.size() <= most_tried && each != chosen.end();) {
            const std::size_t candidate = *each;
            each = chosen.erase(each);
            if (!are_met(needs, is_chosen)) {
                chosen.insert(each, candidate);
            }
        }
        return {chosen.begin(), chosen.end()};
    }
};

}  // namespace

void find_dead_rules(const ParameterTable& parameters, const Network& network, Session& session) {
    if (!session.profile.incomplete) {  // what was left out might be what makes a statement say something
        DeadRules(parameters, network, &session.sources.files.front()).report(session);
    }
}

}  // namespace sbx::policy
