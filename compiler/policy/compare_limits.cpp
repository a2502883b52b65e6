// Limits by how much they let through. A parameter stands for every value that its constraint admits: one limit is at most another
// where its greatest value is at most the other's least.
#include "compiler/policy/compare_parts.hpp"
#include "compiler/policy/statement_text.hpp"
#include "compiler/policy/supervised_limits.hpp"

#include <algorithm>
#include <limits>
#include <set>

namespace sbx::policy {
namespace {

constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

/// The least and the greatest value that a launch may give.
struct Bounds {
    std::uint64_t least = no_limit;
    std::uint64_t greatest = no_limit;
    std::string parameter;
};

Bounds reach_of(const Policy& policy, const std::string& name) {
    Bounds reach{0, no_limit, name};
    const auto found = policy.parameters.find(name);
    if (found == policy.parameters.end()) {
        return reach;
    }
    const Parameter& parameter = found->second.value;
    if (parameter.range) {
        reach.least = parameter.range->first;
        reach.greatest = parameter.range->second;
    } else if (!parameter.one_of.empty()) {
        std::set<std::uint64_t> values;
        for (const std::string& value : parameter.one_of) {
            values.insert(parse_count(value).value_or(0));
        }
        reach.least = *values.begin();
        reach.greatest = *values.rbegin();
    }
    return reach;
}

Bounds reach_of(const Policy& policy, Limit limit) {
    const auto found = policy.limits.find(limit);
    if (found == policy.limits.end()) {
        return {};
    }
    const LimitValue& value = found->second.value;
    if (const auto* number = std::get_if<std::uint64_t>(&value)) {
        return {*number, *number, ""};
    }
    const auto* parameter = std::get_if<ParameterValue>(&value);
    return parameter == nullptr ? Bounds{} : reach_of(policy, parameter->parameter);
}

RegionSide side_of(const Policy& policy, Limit limit) {
    const auto found = policy.limits.find(limit);
    if (found == policy.limits.end()) {
        return {"not limited", "", {}};
    }
    const std::string value = to_text(limit, found->second.value);
    return {value, std::string(to_text(limit)) + " " + value, found->second.origin};
}

/// `$n is above 5`: what is left to say where the answer is not the same for all values.
std::string condition_of(Limit limit, const Bounds& before, const Bounds& after, Relation relation) {
    const Bounds& open = after.parameter.empty() ? before : after;
    const Bounds& other = after.parameter.empty() ? after : before;
    if (open.parameter.empty() || !other.parameter.empty() || other.least == no_limit ||
        (relation != Relation::incomparable && open.least != other.least && open.greatest != other.greatest)) {
        return {};
    }
    const std::string value = to_text(limit, LimitValue(other.least));
    const bool new_is_open = !after.parameter.empty();
    if (relation == Relation::incomparable) {
        return std::string(new_is_open ? "more" : "less") + " where $" + open.parameter + " is above " + value + ", " +
               (new_is_open ? "less" : "more") + " where it is below";
    }
    return "where $" + open.parameter + " is " + (open.greatest == other.least ? "below " : "above ") + value;
}

std::string claim_of(Limit limit, const Region& region) {
    const std::string word(to_text(limit));
    if (region.after.words == "not limited") {
        return "has no limit on " + word + ", which was " + region.before.words;
    }
    if (region.before.words == "not limited") {
        return "is limited to " + word + " " + region.after.words + ", which was not limited";
    }
    switch (region.relation) {
        case Relation::wider:
            return "may use more: " + word + " " + region.after.words + ", which was " + region.before.words;
        case Relation::narrower:
            return "may use less: " + word + " " + region.after.words + ", which was " + region.before.words;
        case Relation::equivalent:
        case Relation::incomparable:
            break;
    }
    return "has " + word + " " + region.after.words + ", which was " + region.before.words;
}

/// A value that is in force on one side only.
void add_witness(const Policy& before, const Policy& after, Limit limit, Region& region) {
    const auto in_new = after.limits.find(limit);
    const auto in_old = before.limits.find(limit);
    const bool take_new = in_new != after.limits.end() && !std::holds_alternative<ParameterValue>(in_new->second.value);
    if (!take_new && (in_old == before.limits.end() || std::holds_alternative<ParameterValue>(in_old->second.value))) {
        region.witness = std::string(to_text(limit)) + " " + to_text(limit, LimitValue(reach_of(after, limit).greatest));
        return;
    }
    Request request;
    request.kind = RequestKind::limit;
    request.limit = limit;
    request.limit_value = take_new ? in_new->second.value : in_old->second.value;
    region.witness = std::string(to_text(limit)) + " " + to_text(limit, request.limit_value);
    region.request = request;
}

RegionSide degradation_side(const Policy& policy, Limit limit) {
    const auto found = policy.may_degrade.find(limit);
    const std::string word(to_text(limit));
    return found == policy.may_degrade.end()
               ? RegionSide{"in force in every launch", "", policy.limits.at(limit).origin}
               : RegionSide{"missing where the host lacks it", "may-degrade " + word, found->second.origin};
}

/// Where only one side has the limit, that says more.
void compare_degradation(const Policy& before, const Policy& after, Limit limit, Regions& regions) {
    const bool was = before.may_degrade.count(limit) != 0;
    const bool is = after.may_degrade.count(limit) != 0;
    const auto has_number = [limit](const Policy& policy) { return number_of(policy.limits, limit).has_value(); };
    if (was == is || !has_number(before) || !has_number(after)) {
        return;
    }
    const std::string word(to_text(limit));
    Region region = setting_region(Domain::limits, is ? Relation::wider : Relation::narrower, word, degradation_side(before, limit),
                                   degradation_side(after, limit));
    region.claim = is ? "may run without the limit on " + word + ", where the host lacks it"
                      : "is not launched where the host cannot keep the limit on " + word;
    region.witness = "may-degrade " + word;
    region.weight = 40;
    regions.push_back(std::move(region));
}

}  // namespace

void compare_limits(const Policy& before, const Policy& after, Regions& regions) {
    std::set<Limit> limits;
    for (const Policy* policy : {&before, &after}) {
        for (const auto& [limit, value] : policy->limits) {
            limits.insert(limit);
        }
    }
    for (const Limit limit : limits) {
        const auto old_value = before.limits.find(limit);
        const auto new_value = after.limits.find(limit);
        const bool in_both = old_value != before.limits.end() && new_value != after.limits.end();
        if (in_both ? old_value->second == new_value->second : limit == Limit::grace) {
            continue;  // the limit that `grace` goes with says what changed
        }
        const Bounds left = reach_of(before, limit);
        const Bounds right = reach_of(after, limit);
        const Relation relation = relation_of(right.greatest <= left.least, left.greatest <= right.least);
        Region region =
            setting_region(Domain::limits, relation, std::string(to_text(limit)), side_of(before, limit), side_of(after, limit));
        region.condition = condition_of(limit, left, right, relation);
        region.claim = claim_of(limit, region);
        region.weight = relation == Relation::equivalent ? 1 : region.after.words == "not limited" ? 45 : 35;
        add_witness(before, after, limit, region);
        regions.push_back(std::move(region));
    }
    for (const Limit limit : limits) {
        compare_degradation(before, after, limit, regions);
    }
}

}  // namespace sbx::policy
