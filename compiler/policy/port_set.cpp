// Sets of ports as sorted intervals. Assumes ranges that are not empty; guarantees that equal sets are equal values.
#include "compiler/policy/traffic.hpp"

#include <algorithm>

namespace sbx::policy {
namespace {

constexpr std::uint16_t first_port = 1;
constexpr std::uint16_t last_port = 65535;

}  // namespace

PortSet PortSet::all() {
    PortSet set;
    set.ranges_.push_back({first_port, last_port});
    return set;
}

void PortSet::add(const PortRange& range) {
    // The first range that touches or overlaps the new one, and the first behind it that does not.
    const auto ends_before = [](const PortRange& known, std::uint32_t first) { return known.last + 1U < first; };
    const auto begin = std::lower_bound(ranges_.begin(), ranges_.end(), std::uint32_t{range.first}, ends_before);
    const auto touches = [&](const PortRange& known) { return known.first <= range.last + 1U; };
    const auto end = std::find_if_not(begin, ranges_.end(), touches);
    PortRange joined = range;
    if (begin != end) {
        joined.first = std::min(joined.first, begin->first);
        joined.last = std::max(joined.last, std::prev(end)->last);
    }
    ranges_.insert(ranges_.erase(begin, end), joined);
}

bool PortSet::contains(std::uint16_t port) const {
    const auto after = std::upper_bound(ranges_.begin(), ranges_.end(), port,
                                        [](std::uint16_t p, const PortRange& range) { return p < range.first; });
    return after != ranges_.begin() && port <= std::prev(after)->last;
}

PortSet PortSet::united(const PortSet& other) const {
    const PortSet& larger = ranges_.size() < other.ranges_.size() ? other : *this;
    const PortSet& smaller = ranges_.size() < other.ranges_.size() ? *this : other;
    if (2 * smaller.ranges_.size() < larger.ranges_.size()) {
        PortSet set = larger;
        for (const PortRange& range : smaller.ranges_) {
            set.add(range);
        }
        return set;
    }
    std::vector<PortRange> sorted;
    sorted.reserve(larger.ranges_.size() + smaller.ranges_.size());
    std::merge(ranges_.begin(), ranges_.end(), other.ranges_.begin(), other.ranges_.end(), std::back_inserter(sorted));
    PortSet set;
    for (const PortRange& range : sorted) {
        if (!set.ranges_.empty() && range.first <= set.ranges_.back().last + 1U) {
            set.ranges_.back().last = std::max(set.ranges_.back().last, range.last);
        } else {
            set.ranges_.push_back(range);
        }
    }
    return set;
}

PortSet PortSet::without(const PortSet& other) const {
    PortSet set;
    auto hole = other.ranges_.begin();
    for (const PortRange& range : ranges_) {
        while (hole != other.ranges_.end() && hole->last < range.first) {
            ++hole;
        }
        std::uint32_t next = range.first;
        for (auto at = hole; at != other.ranges_.end() && at->first <= range.last; ++at) {
            if (next < at->first) {
                set.ranges_.push_back({static_cast<std::uint16_t>(next), static_cast<std::uint16_t>(at->first - 1U)});
            }
            next = at->last + 1U;
        }
        if (next <= range.last) {
            set.ranges_.push_back({static_cast<std::uint16_t>(next), range.last});
        }
    }
    return set;
}

PortSet PortSet::common(const PortSet& other) const {
    PortSet set;
    auto left = ranges_.begin();
    auto right = other.ranges_.begin();
    while (left != ranges_.end() && right != other.ranges_.end()) {
        const PortRange both{std::max(left->first, right->first), std::min(left->last, right->last)};
        if (both.first <= both.last) {
            set.ranges_.push_back(both);
        }
        left->last < right->last ? static_cast<void>(++left) : static_cast<void>(++right);
    }
    return set;
}

}  // namespace sbx::policy
