// Values sorted by the literal place that they lie nearest below: only finitely many places tell values apart, and those that make
// no difference to either policy are taken together. What the language refuses at launch (section 3) is no value.
#include "compiler/policy/compare_values.hpp"

#include "compiler/policy/compare_parts.hpp"
#include "compiler/policy/node_access.hpp"
#include "compiler/policy/statement_text.hpp"

#include <algorithm>
#include <set>

namespace sbx::policy {
namespace {

using NodeEntry = std::pair<const SandboxPath, Node>;

const NodeEntry* nearest_node(const Filesystem& filesystem, const SandboxPath& literal) {
    for (std::optional<SandboxPath> place = literal; place; place = place->parent()) {
        if (const auto found = filesystem.nodes.find(*place); found != filesystem.nodes.end()) {
            return &*found;
        }
    }
    return nullptr;
}

bool is_barred(const Filesystem& filesystem, const SandboxPath& literal) {
    for (std::optional<SandboxPath> place = literal; place; place = place->parent()) {
        const auto found = filesystem.nodes.find(*place);
        if (found != filesystem.nodes.end() && lets_nobody_in(found->second)) {
            return true;
        }
    }
    return false;
}

/// Whether the policy has a node at or below the parameter, so that the launch checks its value.
bool is_destination(const Policy& policy, const std::string& parameter) {
    const SandboxPath whole = SandboxPath::below_parameter(parameter, "").value_or(SandboxPath());
    const auto next = policy.filesystem.nodes.lower_bound(whole);
    return next != policy.filesystem.nodes.end() && whole.contains(next->first);
}

bool refuses_below(const Policy& policy, const std::string& parameter, const NodeEntry* ground) {
    return ground != nullptr && is_destination(policy, parameter) &&
           (std::holds_alternative<Mask>(ground->second.content) || is_no_directory(ground->second) ||
            std::holds_alternative<Link>(ground->second.content));
}

/// What is shown at the value and below it; a tree at its own place shows the value itself.
Standing standing_below(const Filesystem& filesystem, const NodeEntry* ground, const SandboxPath& at, const SandboxPath& place) {
    Standing standing;
    standing.grant = no_grant();
    if (ground != nullptr && !is_barred(filesystem, at)) {
        standing.grant = grant_at(ground->first, ground->second, "/value");
        if (const auto* tree = std::get_if<HostTree>(&ground->second.content)) {
            const bool in_place = tree->source == ground->first;
            standing.grant.source = in_place ? place.text() : place.text() + " below " + tree->source.text();
            standing.grant.words = std::string(tree->writable ? "writable" : "read-only") +
                                   (in_place ? "" : ", from the host's " + tree->source.text());
        }
        standing.node = &ground->second;
        standing.node_path = ground->first;
    }
    standing.fallback = standing.grant;
    if (ground != nullptr && ground->second.optional) {
        const auto above = ground->first.parent();
        const NodeEntry* next = above ? nearest_node(filesystem, *above) : nullptr;
        standing.fallback =
            either(std::move(standing.fallback), standing_below(filesystem, next, above.value_or(SandboxPath()), place).fallback);
    }
    return standing;
}

/// Grounds that nothing tells apart have the same one.
std::string signature(const Filesystem& filesystem, const NodeEntry* ground, const SandboxPath& at) {
    const Standing standing = standing_below(filesystem, ground, at, SandboxPath());
    return std::to_string(standing.grant.bits) + " " + standing.grant.source + " " + standing.grant.words + " " +
           std::to_string(standing.fallback.bits);
}

std::string condition_for(std::string_view opening, const std::string& parameter, const std::vector<SandboxPath>& places) {
    constexpr std::size_t most_named = 3;
    std::string text = std::string(opening) + " $" + parameter + " lies below ";
    for (std::size_t i = 0; i < std::min(places.size(), most_named); ++i) {
        text += (i == 0 ? "" : " or ") + quote_path(places[i]);
    }
    return places.size() > most_named ? text + " or one of " + std::to_string(places.size() - most_named) + " more" : text;
}

}  // namespace

std::vector<SandboxPath> ParameterZones::candidates(const std::string& parameter) const {
    std::vector<Parameter> declared;
    for (const Policy* policy : {&before_, &after_}) {
        const auto found = policy->parameters.find(parameter);
        if (found != policy->parameters.end()) {
            declared.push_back(found->second.value);
        }
    }
    std::set<SandboxPath> places;
    if (declared.empty() || declared.front().type != declared.back().type) {
        return {};
    }
    for (const Parameter& each : {declared.front(), declared.back()}) {
        for (const std::string& value : each.one_of) {
            const auto path = SandboxPath::literal(value);
            if (path && path->parent() && constraint_admits(declared.front(), value) && constraint_admits(declared.back(), value)) {
                places.insert(*path->parent());
            }
        }
    }
    if (!declared.front().one_of.empty() || !declared.back().one_of.empty()) {
        return {places.begin(), places.end()};
    }
    const SandboxPath first = declared.front().under.value_or(SandboxPath());
    const SandboxPath second = declared.back().under.value_or(SandboxPath());
    if (!first.contains(second) && !second.contains(first)) {
        return {};  // no value for both
    }
    const SandboxPath root = first.contains(second) ? second : first;
    places.insert(root);
    for (const Policy* policy : {&before_, &after_}) {
        const auto& nodes = policy->filesystem.nodes;
        for (auto node = nodes.lower_bound(root); node != nodes.end() && root.contains(node->first); ++node) {
            places.insert(node->first);
        }
    }
    return {places.begin(), places.end()};
}

std::string ParameterZones::example(const std::string& parameter) const {
    if (parameter.empty()) {
        return {};
    }
    for (const Policy* policy : {&after_, &before_}) {
        const auto found = policy->parameters.find(parameter);
        if (found != policy->parameters.end()) {
            const Parameter& value = found->second.value;
            return !value.one_of.empty() ? value.one_of.front() : value.under.value_or(SandboxPath()).joined("/example").text();
        }
    }
    return {};
}

std::vector<ParameterZones::Ground> ParameterZones::grounds(const std::string& parameter) const {
    std::vector<Ground> result;
    std::map<std::string, std::size_t> seen;
    for (const SandboxPath& path : candidates(parameter)) {
        Ground ground{path, nearest_node(before_.filesystem, path), nearest_node(after_.filesystem, path), {}};
        if (refuses_below(before_, parameter, ground.before) || refuses_below(after_, parameter, ground.after)) {
            continue;
        }
        const auto [known, is_new] = seen.try_emplace(
            signature(before_.filesystem, ground.before, path) + "|" + signature(after_.filesystem, ground.after, path),
            result.size());
        if (is_new) {
            result.push_back(std::move(ground));
        } else {
            result[known->second].others.push_back(path);
        }
    }
    return result;
}

std::vector<Zone> ParameterZones::of(const SandboxPath& place) {
    const std::string& parameter = place.parameter();
    const auto [known, is_new] = known_.try_emplace(parameter);
    if (is_new) {
        known->second = grounds(parameter);
    }
    std::vector<Zone> zones;
    const std::vector<Ground>& all = known->second;
    for (const Ground& ground : all) {
        std::vector<SandboxPath> places = ground.places();
        // The first holds all the others, where they lie in one directory.
        const bool holds_others = all.size() > 1 && &ground == &all.front() && ground.path.contains(all[1].path);
        if (holds_others) {
            places.clear();
            for (auto other = all.begin() + 1; other != all.end(); ++other) {
                const std::vector<SandboxPath> more = other->places();
                places.insert(places.end(), more.begin(), more.end());
            }
        }
        zones.push_back({condition_for(holds_others ? "unless" : "where", parameter, places), ground.path.joined("/example").text(),
                         standing_below(before_.filesystem, ground.before, ground.path, place),
                         standing_below(after_.filesystem, ground.after, ground.path, place)});
    }
    return zones;
}

}  // namespace sbx::policy
