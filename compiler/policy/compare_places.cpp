// A walk down both filesystems at once. Both maps are sorted with a subtree right behind its root, so a stack of the nodes above is
// enough, and the walk is linear; only what stands below a parameter without a node of its own is looked up by value.
#include "compiler/policy/compare_places.hpp"

#include "compiler/policy/compare_values.hpp"
#include "compiler/policy/node_access.hpp"

#include <algorithm>

namespace sbx::policy {
namespace {

/// One policy on the walk.
class Walker {
public:
    explicit Walker(const Policy& policy) : policy_(policy) {}

    /// Goes to `place`, which comes after all places gone to before.
    void go_to(const SandboxPath& place) {
        while (!above_.empty() && !above_.back().path->contains(place)) {
            above_.pop_back();
        }
        const auto found = policy_.filesystem.nodes.find(place);
        own_ = found != policy_.filesystem.nodes.end();
        if (own_) {
            const bool barred = !above_.empty() && (above_.back().barred || lets_nobody_in(*above_.back().node));
            above_.push_back({&found->first, &found->second, barred});
        }
    }
    [[nodiscard]] bool is_optional() const { return own_ && above_.back().node->optional; }
    /// No node of this policy is at or above the place, so what lies at the parameter's value decides.
    [[nodiscard]] bool is_open() const { return above_.empty(); }

    /// `open`: what decides where is_open(). `with_fallback`: on either side something may be missing on the host.
    [[nodiscard]] Standing standing(const SandboxPath& place, const Standing& open, bool with_fallback) const {
        if (above_.empty()) {
            return open;
        }
        Standing result;
        result.grant = grant_of(above_.size() - 1, place);
        result.node = above_.back().node;
        result.node_path = *above_.back().path;
        result.own = own_;
        result.fallback = with_fallback ? fallback(place, open) : result.grant;
        settle_link(result, place);
        return result;
    }

private:
    struct Above {
        const SandboxPath* path;
        const Node* node;
        bool barred;  ///< below a directory that nobody may enter
    };

    [[nodiscard]] Grant grant_of(std::size_t index, const SandboxPath& place) const {
        const Above& above = above_[index];
        const std::string_view rest = below(*above.path, place);
        if (above.barred || (!rest.empty() && lets_nobody_in(*above.node))) {
            return no_grant();
        }
        return grant_at(*above.path, *above.node, rest);
    }
    /// From the node `count - 1` up, as far as nodes may be missing.
    [[nodiscard]] Grant laxest(std::size_t count, const SandboxPath& place, const Standing& open) const {
        if (count == 0) {
            return open.fallback;
        }
        Grant grant = grant_of(count - 1, place);
        return above_[count - 1].node->optional ? either(std::move(grant), laxest(count - 1, place, open)) : grant;
    }
    /// A required node is as good as not there where the host lacks it, since then nothing is launched.
    [[nodiscard]] Grant fallback(const SandboxPath& place, const Standing& open) const {
        if (!own_) {
            return laxest(above_.size(), place, open);
        }
        Grant otherwise = laxest(above_.size() - 1, place, open);
        return above_.back().node->optional ? otherwise : both(grant_of(above_.size() - 1, place), otherwise);
    }
    /// A link that leads to nothing grants nothing.
    void settle_link(Standing& standing, const SandboxPath& place) const {
        if (standing.grant.view != View::link) {
            return;
        }
        Request request;
        request.path = place;
        const View view = decide(policy_, request).view;
        if (view == View::link || view == View::absent) {
            standing.grant.bits = 0;
            standing.fallback.bits = 0;
        }
    }

    const Policy& policy_;
    std::vector<Above> above_;
    bool own_ = false;
};

std::vector<const SandboxPath*> all_places(const Filesystem& before, const Filesystem& after) {
    std::vector<const SandboxPath*> places;
    places.reserve(before.nodes.size() + after.nodes.size());
    auto left = before.nodes.begin();
    auto right = after.nodes.begin();
    while (left != before.nodes.end() || right != after.nodes.end()) {
        const bool take_left = right == after.nodes.end() || (left != before.nodes.end() && left->first <= right->first);
        const bool take_both = take_left && right != after.nodes.end() && left->first == right->first;
        places.push_back(take_left ? &left->first : &right->first);
        left = take_left ? std::next(left) : left;
        right = !take_left || take_both ? std::next(right) : right;
    }
    return places;
}

bool is_equal(const Grant& a, const Grant& b) {
    return is_within(a, b) && is_within(b, a);
}

bool says_the_same(const Standing& a, const Standing& b) {
    return a.own && b.own && *a.node == *b.node;
}

Standing nowhere() {
    Standing nothing;
    nothing.grant = nothing.fallback = no_grant();
    return nothing;
}

/// A launch refuses every value, so nothing is granted whatever is said.
PlacePair for_no_value(const SandboxPath& place, const Walker& left, const Walker& right) {
    PlacePair pair{place, "", "", left.standing(place, nowhere(), false), right.standing(place, nowhere(), false)};
    pair.before.grant = pair.before.fallback = pair.after.grant = pair.after.fallback = no_grant();
    return pair;
}

}  // namespace

Relation PlacePair::relation() const {
    if (says_the_same(before, after)) {
        // What a missing source leaves bare is the difference of the place above.
        return is_equal(before.grant, after.grant)
                   ? Relation::equivalent
                   : relation_of(is_within(after.grant, before.grant), is_within(before.grant, after.grant));
    }
    return relation_of(is_within(after.grant, before.grant) && is_within(after.fallback, before.fallback),
                       is_within(before.grant, after.grant) && is_within(before.fallback, after.fallback));
}

bool PlacePair::differs() const {
    return !says_the_same(before, after) || relation() != Relation::equivalent;
}

std::vector<PlacePair> place_pairs(const Policy& before, const Policy& after) {
    Walker left(before);
    Walker right(after);
    ParameterZones zones(before, after);
    std::vector<PlacePair> pairs;
    const std::vector<const SandboxPath*> places = all_places(before.filesystem, after.filesystem);
    pairs.reserve(places.size());
    for (const SandboxPath* place : places) {
        left.go_to(*place);
        right.go_to(*place);
        const bool with_fallback = left.is_optional() || right.is_optional();
        if (place->is_literal() || !(left.is_open() || right.is_open())) {
            pairs.push_back({*place, "", zones.example(place->parameter()), left.standing(*place, nowhere(), with_fallback),
                             right.standing(*place, nowhere(), with_fallback)});
            continue;
        }
        std::vector<PlacePair> cases;
        for (const Zone& zone : zones.of(*place)) {
            cases.push_back({*place, zone.condition, zone.example, left.standing(*place, zone.before, with_fallback),
                             right.standing(*place, zone.after, with_fallback)});
        }
        if (cases.empty()) {
            cases.push_back(for_no_value(*place, left, right));
        }
        // Where all values fare alike, none need be named.
        const bool alike = std::all_of(cases.begin(), cases.end(), [&](const PlacePair& each) {
            return each.relation() == cases.front().relation() && each.before.grant.words == cases.front().before.grant.words &&
                   each.after.grant.words == cases.front().after.grant.words;
        });
        if (alike) {
            cases.resize(1);
            cases.front().condition.clear();
        }
        std::move(cases.begin(), cases.end(), std::back_inserter(pairs));
    }
    return pairs;
}

}  // namespace sbx::policy
