// The launch interface: which parameters there are, what values they take, and what bubblewrap must be able to do. A parameter that
// takes more values makes a policy wider; that there is one, what it is called and its default decide how a launch is written.
#include "compiler/policy/compare_parts.hpp"
#include "compiler/policy/statement_text.hpp"

#include <algorithm>
#include <set>

namespace sbx::policy {
namespace {

RegionSide side_of(const std::string& name, const Located<Parameter>* parameter) {
    if (parameter == nullptr) {
        return {"no parameter", "", {}};
    }
    const std::string statement = to_statement(name, parameter->value);
    return {statement.substr(statement.find(':') + 2), statement, parameter->origin};
}

Region parameter_region(const std::string& name, const Located<Parameter>* before, const Located<Parameter>* after,
                        Relation relation) {
    Region region = setting_region(Domain::launch, relation, "$" + name, side_of(name, before), side_of(name, after));
    return region;
}

/// A value that `a` takes and `b` does not; empty if none is found.
std::string value_of_one(const Parameter& a, const Parameter& b) {
    std::vector<std::string> values = a.one_of;
    if (a.range) {
        values.push_back(std::to_string(a.range->first));
        values.push_back(std::to_string(a.range->second));
    }
    if (a.under) {
        values.push_back(a.under->joined("/example").text());
    }
    if (a.characters) {
        for (const char c : a.characters->characters) {
            values.emplace_back(std::max<std::uint64_t>(a.characters->min_length, 1), c);
        }
        values.emplace_back(a.characters->max_length, a.characters->characters.front());
        values.emplace_back(a.characters->min_length, a.characters->characters.front());
    }
    if (a.default_value) {
        values.push_back(*a.default_value);
    }
    values.insert(values.end(), {"0", "1", "65535", "65536", "/example", "example", "::1"});
    const auto found = std::find_if(values.begin(), values.end(), [&](const std::string& value) {
        return constraint_admits(a, value) && (a.type != b.type || !constraint_admits(b, value));
    });
    return found == values.end() ? std::string() : *found;
}

std::string default_text(const Parameter& parameter) {
    return parameter.default_value ? "`" + *parameter.default_value + "`" : "no default";
}

void compare_declarations(const std::string& name, const Located<Parameter>& before, const Located<Parameter>& after,
                          Regions& regions) {
    if (before == after) {
        return;
    }
    const bool same_type = before.value.type == after.value.type;
    const Relation relation = relation_of(same_type && constraint_is_within(after.value, before.value),
                                          same_type && constraint_is_within(before.value, after.value));
    Region region = parameter_region(name, &before, &after, relation);
    switch (relation) {
        case Relation::wider:
            region.claim = "takes more values for $" + name + ": " + region.after.words + ", which was " + region.before.words;
            break;
        case Relation::narrower:
            region.claim = "takes fewer values for $" + name + ": " + region.after.words + ", which was " + region.before.words;
            break;
        case Relation::incomparable:
            region.claim = "takes other values for $" + name + ": " + region.after.words + ", which was " + region.before.words;
            break;
        case Relation::equivalent:
            region.claim = before.value.default_value == after.value.default_value
                               ? "declares $" + name + " as " + region.after.words + ", which was " + region.before.words
                               : "has " + default_text(after.value) + " for $" + name + ", which had " + default_text(before.value);
            break;
    }
    const bool in_new = relation == Relation::wider || relation == Relation::incomparable;
    const std::string value = in_new ? value_of_one(after.value, before.value) : value_of_one(before.value, after.value);
    if (relation != Relation::equivalent && !value.empty()) {
        region.witness = "--set " + name + "=" + value;
    }
    region.weight = relation == Relation::equivalent ? 3 : 65;

    regions.push_back(std::move(region));
}

const Located<Parameter>* find(const Policy& policy, const std::string& name) {
    const auto found = policy.parameters.find(name);
    return found == policy.parameters.end() ? nullptr : &found->second;
}

void add_new_or_gone(const std::string& name, const Located<Parameter>* before, const Located<Parameter>* after, Regions& regions) {
    Region region = parameter_region(name, before, after, Relation::equivalent);
    if (after == nullptr) {
        region.claim = "no longer takes --set " + name + "=…";
    } else {
        region.claim = std::string(after->value.default_value ? "takes" : "needs") + " --set " + name + "=… at launch";
    }
    region.weight = 3;
    regions.push_back(std::move(region));
}

RegionSide feature_side(const Policy& policy, const std::string& feature) {
    const bool used = policy.target_features.count(feature) != 0;
    return {used ? "may be used" : "not used", used ? "target bwrap … " + feature : "", {}};
}

void compare_features(const Policy& before, const Policy& after, Regions& regions) {
    std::set<std::string> features = before.target_features;
    features.insert(after.target_features.begin(), after.target_features.end());
    for (const std::string& feature : features) {
        const bool in_new = after.target_features.count(feature) != 0;
        if ((before.target_features.count(feature) != 0) != in_new) {
            Region region = setting_region(Domain::launch, Relation::equivalent, "target bwrap " + feature,
                                           feature_side(before, feature), feature_side(after, feature));
            region.claim = std::string(in_new ? "may need" : "does not need") + " a bubblewrap with " + feature;
            regions.push_back(std::move(region));
        }
    }
}

}  // namespace

void compare_launch(const Policy& before, const Policy& after, const Renames& renames, Regions& regions) {
    std::set<std::string> names;
    for (const Policy* policy : {&before, &after}) {
        for (const auto& [name, parameter] : policy->parameters) {
            names.insert(name);
        }
    }
    for (const std::string& name : names) {
        const Located<Parameter>* const left = find(before, name);
        const Located<Parameter>* const right = find(after, name);
        const auto renamed = std::find_if(renames.begin(), renames.end(), [&](const auto& pair) { return pair.second == name; });
        if (renamed != renames.end()) {
            Region region = parameter_region(name, left, right, Relation::equivalent);
            region.claim = "is launched with --set " + name + "=…, where it was --set " + renamed->first + "=…";
            region.weight = 4;
            regions.push_back(std::move(region));
        }
        if (left == nullptr || right == nullptr) {
            add_new_or_gone(name, left, right, regions);
        } else {
            compare_declarations(name, *left, *right, regions);
        }
    }
    compare_features(before, after, regions);
}

}  // namespace sbx::policy
