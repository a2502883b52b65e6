// From places that differ to regions: a subtree that differs in one way is one region, and what stands apart in it is named or is a
// region of its own. Assumes places sorted with parents before children; linear.
#include "compiler/policy/compare_parts.hpp"
#include "compiler/policy/compare_places.hpp"
#include "compiler/policy/statement_text.hpp"

#include <algorithm>

namespace sbx::policy {
namespace {

constexpr std::size_t no_region = static_cast<std::size_t>(-1);

RegionSide side_of(const Standing& standing) {
    RegionSide side;
    side.words = standing.grant.words;
    if (standing.node != nullptr) {
        side.statement = to_statement(standing.node_path, *standing.node);
        side.origin = standing.node->origin;
    }
    return side;
}

std::string_view verb_of(RequestKind kind) {
    return kind == RequestKind::write ? "write " : kind == RequestKind::exec ? "exec " : "read ";
}

std::string slash(const Node& node) {
    return node.must_be_directory ? "a directory" : "anything";
}

/// What differs of two nodes that grant the same; the first that does.
std::string harmless_claim(const std::string& place, const PlacePair& pair) {
    if (pair.before.grant.words != pair.after.grant.words) {
        return "finds " + place + " " + pair.after.grant.words + ", which was " + pair.before.grant.words;
    }
    if (!pair.before.own || !pair.after.own) {
        return pair.after.own ? "has a statement of its own for " + place : "no longer has a statement of its own for " + place;
    }
    const Node& before = *pair.before.node;
    const Node& after = *pair.after.node;
    if (before.optional != after.optional) {
        return after.optional ? "starts where the host lacks " + place : "does not start where the host lacks " + place;
    }
    if (before.must_be_directory != after.must_be_directory) {
        return "asks for " + slash(after) + " at " + place + ", and asked for " + slash(before);
    }
    return "finds " + place + " with another mode";
}

bool differs_only_without(const PlacePair& pair) {
    return is_within(pair.before.grant, pair.after.grant) && is_within(pair.after.grant, pair.before.grant);
}

std::string claim_of(const std::string& place, const PlacePair& pair, Relation relation) {
    if (relation == Relation::equivalent) {
        return harmless_claim(place, pair);
    }
    if (differs_only_without(pair)) {
        return grant_claim(place, pair.before.fallback, pair.after.fallback, relation) + " where the host lacks it";
    }
    return grant_claim(place, pair.before.grant, pair.after.grant, relation);
}

Region region_of(const PlacePair& pair) {
    Region region;
    region.domain = Domain::filesystem;
    region.relation = pair.relation();
    region.subject = quote_path(pair.path);
    region.condition = pair.condition;
    region.before = side_of(pair.before);
    region.after = side_of(pair.after);
    region.claim = claim_of(region.subject, pair, region.relation);
    region.weight = region.relation == Relation::equivalent ? 1 : weight_of(pair.before.grant, pair.after.grant);
    if (region.relation != Relation::equivalent) {
        Request request;
        request.kind = telling_request(pair.before.grant, pair.after.grant);
        request.path = pair.path;
        region.witness = std::string(verb_of(request.kind)) + region.subject;
        if (!pair.example.empty()) {
            region.witness += " with --set " + pair.path.parameter() + "=" + pair.example;
        }
        region.request = request;
    }
    return region;
}

/// Whether a place differs just as the region around it does.
bool continues(const Region& around, const PlacePair& pair) {
    return around.relation == pair.relation() && around.condition == pair.condition &&
           around.before.words == pair.before.grant.words && around.after.words == pair.after.grant.words;
}

/// Where the host lacks an optional place, what stands around it shows, with the difference that it has.
bool shows_what_is_around(const Region& around, const PlacePair& pair) {
    return pair.relation() == around.relation && around.condition == pair.condition && differs_only_without(pair);
}

/// A mask that goes or comes with the tree that it was in is no difference of its own.
bool goes_along(const Region& around, const PlacePair& pair) {
    return pair.relation() == Relation::equivalent && pair.before.grant.words != pair.after.grant.words &&
           (around.before.words == pair.before.grant.words || around.after.words == pair.after.grant.words);
}

std::string exception_words(const PlacePair& pair) {
    return pair.before.grant.words == pair.after.grant.words ? "still " + pair.after.grant.words
                                                             : pair.after.grant.words + ", and was " + pair.before.grant.words;
}

/// Regions in the making.
class Grouping {
public:
    explicit Grouping(Regions& regions) : regions_(regions) {}

    void add(const PlacePair& pair) {
        while (!around_.empty() && !(around_.back().path.contains(pair.path) && around_.back().path != pair.path)) {
            around_.pop_back();
        }
        const std::size_t outer = around_.empty() ? no_region : around_.back().region;
        std::size_t inner = no_region;
        if (!pair.differs() || (outer != no_region && goes_along(regions_[outer], pair))) {
            except(outer, pair, exception_words(pair));
        } else if (outer != no_region && shows_what_is_around(regions_[outer], pair)) {
            except(outer, pair, exception_words(pair) + ", where the host has it");
        } else if (outer != no_region && continues(regions_[outer], pair)) {
            inner = outer;
        } else {
            except(outer, pair, "listed on its own");
            inner = regions_.size();
            regions_.push_back(region_of(pair));
        }
        if (inner != outer) {
            around_.push_back({pair.path, inner});
        }
    }

private:
    struct Around {
        SandboxPath path;
        std::size_t region;  ///< no_region: nothing differs here
    };

    void except(std::size_t outer, const PlacePair& pair, std::string words) {
        if (outer != no_region) {
            regions_[outer].exceptions.push_back({quote_path(pair.path), std::move(words)});
        }
    }

    Regions& regions_;
    std::vector<Around> around_;
};

RegionSide workdir_side(const Filesystem& filesystem) {
    if (!filesystem.workdir) {
        return {"/", "", {}};
    }
    const std::string path = quote_path(filesystem.workdir->value);
    return {path, "workdir " + path, filesystem.workdir->origin};
}

RegionSide required_side(const std::map<SandboxPath, Located<bool>>& required, const SandboxPath& path) {
    const auto found = required.find(path);
    if (found == required.end()) {
        return {"may be missing", "", {}};
    }
    return {found->second.value ? "must be a directory" : "must exist", "", found->second.origin};
}

void compare_required(const Filesystem& before, const Filesystem& after, Regions& regions) {
    std::map<SandboxPath, bool> places;
    for (const Filesystem* filesystem : {&before, &after}) {
        for (const auto& [path, directory] : filesystem->required) {
            places[path] = true;
        }
    }
    for (const auto& [path, unused] : places) {
        RegionSide left = required_side(before.required, path);
        RegionSide right = required_side(after.required, path);
        if (left.words != right.words) {
            Region region = setting_region(Domain::filesystem, Relation::equivalent, quote_path(path), left, right);
            region.claim = "starts only on hosts where " + region.subject + " " + right.words + "; before, it " + left.words;
            if (right.statement.empty() && right.words == "may be missing") {
                region.claim = "starts on hosts without " + region.subject + " too, which " + left.words + " before";
            }
            regions.push_back(std::move(region));
        }
    }
}

}  // namespace

void compare_filesystem(const Policy& before, const Policy& after, Regions& regions) {
    Grouping grouping(regions);
    for (const PlacePair& pair : place_pairs(before, after)) {
        grouping.add(pair);
    }
    compare_required(before.filesystem, after.filesystem, regions);
    if (before.filesystem.workdir != after.filesystem.workdir) {
        Region region = setting_region(Domain::filesystem, Relation::equivalent, "workdir", workdir_side(before.filesystem),
                                       workdir_side(after.filesystem));
        region.claim = "starts in " + region.after.words + " instead of " + region.before.words;
        regions.push_back(std::move(region));
    }
}

}  // namespace sbx::policy
