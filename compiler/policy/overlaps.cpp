// A sweep over the ends of all ranges: between two of them the same sets hold. Assumes sets in their normal form.
#include "compiler/policy/overlaps.hpp"

#include <algorithm>
#include <set>

namespace sbx::policy {
namespace {

constexpr std::size_t most_indices = 4U << 20U;
constexpr std::size_t most_together = 1024;

/// A set begins with the address, or ends with it.
struct End {
    const Address* address;
    bool is_last;
    std::uint32_t set;
};

bool at_one_place(const End& a, const End& b) {
    return a.is_last == b.is_last && *a.address == *b.address;
}

std::vector<End> sorted_ends(const std::vector<const AddressSet*>& sets) {
    std::vector<End> ends;
    for (std::uint32_t i = 0; i < sets.size(); ++i) {
        for (const AddressRange& range : sets[i]->ranges()) {
            ends.push_back({&range.first, false, i});
            ends.push_back({&range.last, true, i});
        }
    }
    std::sort(ends.begin(), ends.end(), [](const End& a, const End& b) {
        return *a.address != *b.address ? *a.address < *b.address : a.is_last < b.is_last;
    });
    return ends;
}

/// Whether there are addresses behind `before` and up to `after`, the next end.
bool is_between(const End& before, const End& after) {
    return !before.is_last || after.is_last || successor(*before.address) != *after.address;
}

}  // namespace

std::optional<Overlaps> overlaps_of(const std::vector<const AddressSet*>& sets) {
    Overlaps overlaps;
    overlaps.alone.resize(sets.size());
    std::set<std::vector<std::uint32_t>> combinations;
    std::size_t indices = 0;
    std::vector<std::uint32_t> active;
    const std::vector<End> ends = sorted_ends(sets);
    for (auto end = ends.begin(); end != ends.end(); ++end) {
        const auto place = std::lower_bound(active.begin(), active.end(), end->set);
        if (end->is_last) {
            active.erase(place);
        } else {
            active.insert(place, end->set);
        }
        if (active.size() > most_together) {
            return std::nullopt;
        }
        const auto next = std::next(end);
        if (active.empty() || at_one_place(*end, *next) || !is_between(*end, *next)) {
            continue;  // what has begun ends later, so there is a next one
        }
        if (active.size() == 1) {
            overlaps.alone[active.front()] = true;
            continue;
        }
        indices += active.size();
        if (indices > most_indices) {
            return std::nullopt;
        }
        combinations.insert(active);
    }
    overlaps.together.assign(combinations.begin(), combinations.end());
    return overlaps;
}

}  // namespace sbx::policy
