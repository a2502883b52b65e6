// The sentence that a reviewer reads first. It says the gravest difference of each direction, and how many more there are.
#include "compiler/policy/compare.hpp"

#include <algorithm>

namespace sbx::policy {
namespace {

bool allows_more(const Region& region) {
    return region.relation == Relation::wider || region.relation == Relation::incomparable;
}

template <class Wanted>
const Region* gravest(const Comparison& comparison, Wanted wanted) {
    const Region* found = nullptr;
    for (const Region& region : comparison.regions) {
        if (wanted(region) && (found == nullptr || region.weight > found->weight)) {
            found = &region;
        }
    }
    return found;
}

const Region* gravest_of(const Comparison& comparison, Relation relation) {
    return gravest(comparison, [relation](const Region& region) { return region.relation == relation; });
}

std::string claim(const Region& region) {
    return "it " + sentence(region);
}

std::string and_more(const Comparison& comparison, std::size_t said) {
    const std::size_t more = comparison.regions.size() - said;
    return more == 0 ? "" : " (and " + std::to_string(more) + " more difference" + (more == 1 ? ")" : "s)");
}

std::string of_incomparable(const Comparison& comparison, const std::string& old_name, const std::string& new_name) {
    const Region* more = gravest_of(comparison, Relation::wider);
    const Region* less = gravest_of(comparison, Relation::narrower);
    const Region* other = gravest_of(comparison, Relation::incomparable);
    const std::string opening = new_name + " allows what " + old_name + " does not, and the other way round: ";
    if (other != nullptr && (more == nullptr || less == nullptr || other->weight > more->weight)) {
        return opening + claim(*other) + and_more(comparison, 1);
    }
    return opening + claim(*more) + "; " + claim(*less) + and_more(comparison, 2);
}

}  // namespace

std::string sentence(const Region& region) {
    if (region.condition.empty()) {
        return region.claim;
    }
    const bool weighs = region.condition.starts_with("more ") || region.condition.starts_with("less ");
    return region.claim + (weighs ? ": " : ", ") + region.condition;
}

const Region* gravest_excess(const Comparison& comparison) {
    return gravest(comparison, allows_more);
}

std::string summary(const Comparison& comparison, std::string_view before, std::string_view after) {
    const std::string old_name(before);
    const std::string new_name(after);
    switch (comparison.overall) {
        case Relation::equivalent: {
            if (comparison.regions.empty()) {
                return new_name + " means exactly what " + old_name + " means";
            }
            const Region* only = gravest_of(comparison, Relation::equivalent);
            return new_name + " allows exactly what " + old_name + " allows, but differs from it: " + claim(*only) +
                   and_more(comparison, 1);
        }
        case Relation::wider:
            return new_name + " allows more than " + old_name + ": " + claim(*gravest_of(comparison, Relation::wider)) +
                   and_more(comparison, 1);
        case Relation::narrower:
            return new_name + " allows less than " + old_name + ": " + claim(*gravest_of(comparison, Relation::narrower)) +
                   and_more(comparison, 1);
        case Relation::incomparable:
            return of_incomparable(comparison, old_name, new_name);
    }
    return {};
}

}  // namespace sbx::policy
