// Sets of addresses as intervals, sorted, disjoint and joined. Assumes ranges whose ends are of one family and in order.
#include "compiler/policy/address_set.hpp"

#include <algorithm>
#include <cstddef>

namespace sbx::policy {
namespace {}  // namespace

std::optional<Address> successor(Address address) {
    for (std::size_t i = byte_count(address.family); i-- > 0;) {
        if (++address.bytes[i] != 0) {
            return address;
        }
    }
    return std::nullopt;
}

std::optional<Address> predecessor(Address address) {
    for (std::size_t i = byte_count(address.family); i-- > 0;) {
        if (address.bytes[i]-- != 0) {
            return address;
        }
    }
    return std::nullopt;
}

AddressSet AddressSet::of(std::vector<AddressRange> ranges) {
    if (!std::is_sorted(ranges.begin(), ranges.end())) {
        std::sort(ranges.begin(), ranges.end());
    }
    AddressSet set;
    set.ranges_.reserve(ranges.size());
    for (const AddressRange& range : ranges) {
        AddressRange* const last = set.ranges_.empty() ? nullptr : &set.ranges_.back();
        if (last != nullptr && (range.first <= last->last || successor(last->last) == range.first)) {
            last->last = std::max(last->last, range.last);
        } else {
            set.ranges_.push_back(range);
        }
    }
    return set;
}

void AddressSet::add(const AddressRange& range) {
    // The first range that touches or overlaps the new one, and the first behind it that does not.
    const auto ends_before = [](const AddressRange& known, const Address& first) {
        const std::optional<Address> next = successor(known.last);
        return known.first.family != first.family || !next ? known.last < first : *next < first;
    };
    const auto begin = std::lower_bound(ranges_.begin(), ranges_.end(), range.first, ends_before);
    const std::optional<Address> behind = successor(range.last);
    const auto touches = [&](const AddressRange& known) { return known.first <= range.last || (behind && known.first == *behind); };
    const auto end = std::find_if_not(begin, ranges_.end(), touches);
    AddressRange joined = range;
    if (begin != end) {
        joined.first = std::min(joined.first, begin->first);
        joined.last = std::max(joined.last, std::prev(end)->last);
    }
    ranges_.insert(ranges_.erase(begin, end), joined);
}

bool AddressSet::contains(const Address& address) const {
    const auto after = std::upper_bound(ranges_.begin(), ranges_.end(), address,
                                        [](const Address& a, const AddressRange& r) { return a < r.first; });
    return after != ranges_.begin() && address <= std::prev(after)->last;
}

}  // namespace sbx::policy
