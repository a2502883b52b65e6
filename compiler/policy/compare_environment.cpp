// The environment as the values that a program can be given: none, one that is fixed, or whatever the caller has (`keep`) or says
// (`accept`). A fixed value is less than either of these. Names and patterns are compared as sets of names.
#include "compiler/policy/compare_parts.hpp"

#include <algorithm>
#include <set>

namespace sbx::policy {
namespace {

using Entries = std::map<std::string, Origin>;

bool is_pattern(const std::string& entry) {
    return entry.ends_with('*');
}

/// The entry that every name of `entry` is one of, the entry itself included. Normal forms hold none that another covers.
const std::pair<const std::string, Origin>* covering(const Entries& entries, const std::string& entry) {
    if (const auto same = entries.find(entry); same != entries.end()) {
        return &*same;
    }
    const std::size_t name_length = entry.size() - (is_pattern(entry) ? 1 : 0);
    for (std::size_t length = 0; length <= name_length; ++length) {
        if (const auto found = entries.find(entry.substr(0, length) + "*"); found != entries.end()) {
            return &*found;
        }
    }
    return nullptr;
}

/// What one policy says of a name or of all names of a pattern.
struct Admission {
    const Located<Text>* fixed = nullptr;
    const std::pair<const std::string, Origin>* kept = nullptr;
    const std::pair<const std::string, Origin>* accepted = nullptr;
};

Admission passage_of(const Environment& environment, const std::string& entry) {
    Admission passage;
    if (const auto fixed = environment.fixed.find(entry); fixed != environment.fixed.end()) {
        passage.fixed = &fixed->second;
        return passage;  // a fixed value wins over both
    }
    passage.kept = covering(environment.kept, entry);
    passage.accepted = covering(environment.accepted, entry);
    return passage;
}

bool is_open(const Admission& passage) {
    return passage.kept != nullptr || passage.accepted != nullptr;
}

bool is_within(const Admission& a, const Admission& b) {
    if (a.fixed != nullptr) {
        return is_open(b) || (b.fixed != nullptr && a.fixed->value == b.fixed->value);
    }
    return (a.kept == nullptr || b.kept != nullptr) && (a.accepted == nullptr || b.accepted != nullptr);
}

RegionSide side_of(const Admission& passage, const std::string& entry) {
    if (passage.fixed != nullptr) {
        return {"fixed to " + passage.fixed->value.quoted(), "set " + entry + " = " + passage.fixed->value.quoted(),
                passage.fixed->origin};
    }
    if (!is_open(passage)) {
        return {"not passed", "", {}};
    }
    const auto* deciding = passage.kept != nullptr ? passage.kept : passage.accepted;
    RegionSide side;
    side.words = passage.kept == nullptr       ? "accepted from the caller"
                 : passage.accepted == nullptr ? "kept from the caller's environment"
                                               : "kept from the caller's environment, and accepted";
    side.statement = (passage.kept != nullptr ? "keep " : "accept ") + deciding->first;
    side.origin = deciding->second;
    return side;
}

/// A name that stands for the entry, and that neither policy fixes.
std::string example_of(const std::string& entry, const Environment& before, const Environment& after) {
    if (!is_pattern(entry)) {
        return entry;
    }
    std::string name = entry.substr(0, entry.size() - 1) + "EXAMPLE";
    while (before.fixed.count(name) + after.fixed.count(name) != 0) {
        name += "_";
    }
    return name;
}

std::string claim_of(const Region& region, bool pattern) {
    const std::string subject = std::string(pattern ? "variables " : "the variable ") + region.subject;
    if (region.before.words == "not passed") {
        return "gets " + subject + ", " + region.after.words;
    }
    if (region.after.words == "not passed") {
        return "no longer gets " + subject + ", which " + (pattern ? "were " : "was ") + region.before.words;
    }
    return "gets " + subject + " " + region.after.words + ", which " + (pattern ? "were " : "was ") + region.before.words;
}

std::set<std::string> all_entries(const Environment& before, const Environment& after) {
    std::set<std::string> entries;
    for (const Environment* environment : {&before, &after}) {
        for (const auto& [name, value] : environment->fixed) {
            entries.insert(name);
        }
        for (const Entries* table : {&environment->kept, &environment->accepted}) {
            for (const auto& [name, origin] : *table) {
                entries.insert(name);
            }
        }
    }
    return entries;
}

/// The region of a wider pattern that the entry is one of.
Region* around(Regions& regions, std::size_t first, const std::string& entry) {
    const auto found =
        std::find_if(regions.rbegin(), regions.rend() - static_cast<std::ptrdiff_t>(first), [&](const Region& wider) {
            return is_pattern(wider.subject) && entry.starts_with(wider.subject.substr(0, wider.subject.size() - 1));
        });
    return found == regions.rend() - static_cast<std::ptrdiff_t>(first) ? nullptr : &*found;
}

Region region_of(const std::string& entry, const Environment& before, const Environment& after) {
    const Admission left = passage_of(before, entry);
    const Admission right = passage_of(after, entry);
    Region region = setting_region(Domain::environment, relation_of(is_within(right, left), is_within(left, right)), entry,
                                   side_of(left, entry), side_of(right, entry));
    region.claim = claim_of(region, is_pattern(entry));
    region.witness = example_of(entry, before, after);
    Request request;
    request.kind = RequestKind::environment;
    request.name = region.witness;
    region.request = request;
    region.weight = 33;
    return region;
}

}  // namespace

void compare_environment(const Environment& before, const Environment& after, Regions& regions) {
    const std::size_t first = regions.size();
    for (const std::string& entry : all_entries(before, after)) {
        Region region = region_of(entry, before, after);
        Region* const outer = around(regions, first, entry);
        if (region.before.words == region.after.words) {
            if (outer != nullptr) {
                outer->exceptions.push_back({entry, "still " + region.after.words});
            }
        } else if (outer == nullptr) {
            regions.push_back(std::move(region));
        } else if (!(outer->before == region.before && outer->after == region.after)) {
            outer->exceptions.push_back({entry, "listed on its own"});
            regions.push_back(std::move(region));
        }
    }
}

}  // namespace sbx::policy
