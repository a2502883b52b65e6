// Steps from intervals, and the walk along several lines; see the header. n log n in the number of intervals.
#include "compiler/verify/address_line.hpp"

#include <algorithm>
#include <limits>
#include <queue>

namespace sbx::verify {
namespace {

constexpr std::uint64_t ones = std::numeric_limits<std::uint64_t>::max();

PortRanges joined(PortRanges ranges) {
    std::sort(ranges.begin(), ranges.end());
    PortRanges result;
    for (const policy::PortRange& range : ranges) {
        if (!result.empty() && range.first <= std::uint32_t{result.back().last} + 1) {
            result.back().last = std::max(result.back().last, range.last);
        } else {
            result.push_back(range);
        }
    }
    return result;
}

/// A range of ports begins or ends to be reached.
struct Change {
    Number at;
    policy::PortRange ports;
    bool begins = false;
};

}  // namespace

PortTable::PortTable() {
    static_cast<void>(number({}));
    static_cast<void>(number({{1, 65535}}));
}

std::uint32_t PortTable::number(PortRanges ranges) {
    ranges = joined(std::move(ranges));
    std::vector<std::pair<std::uint16_t, std::uint16_t>> key;
    key.reserve(ranges.size());
    for (const policy::PortRange& range : ranges) {
        key.emplace_back(range.first, range.last);
    }
    const auto [found, is_new] = numbers_.emplace(std::move(key), static_cast<std::uint32_t>(ranges_.size()));
    if (is_new) {
        ranges_.push_back(std::move(ranges));
    }
    return found->second;
}

bool PortTable::contains(std::uint32_t number, std::uint16_t port) const {
    const PortRanges& ranges = ranges_[number];
    const auto beyond = std::upper_bound(ranges.begin(), ranges.end(), port,
                                         [](std::uint16_t wanted, const policy::PortRange& range) { return wanted < range.first; });
    return beyond != ranges.begin() && port <= std::prev(beyond)->last;
}

Number after(const Number& number) {
    return {number.high + (number.low == ones ? 1U : 0U), number.low + 1};
}
Number before(const Number& number) {
    return {number.high - (number.low == 0 ? 1U : 0U), number.low - 1};
}

Number last_address(policy::Family family) {
    return family == policy::Family::ipv4 ? Number{0, 0xffffffffU} : Number{ones, ones};
}

AddressLine make_constant_line(std::uint32_t ports) {
    return {{{}, ports}};
}

AddressLine make_line(const std::vector<Reached>& reached, policy::Family family, PortTable& ports) {
    const Number last = last_address(family);
    std::vector<Change> changes;
    changes.reserve(2 * reached.size());
    for (const Reached& one : reached) {
        changes.push_back({one.addresses.first, one.ports, true});
        if (one.addresses.last < last) {
            changes.push_back({after(one.addresses.last), one.ports, false});
        }
    }
    const auto is_before = [](const Change& a, const Change& b) { return a.at < b.at; };
    if (!std::is_sorted(changes.begin(), changes.end(), is_before)) {
        std::stable_sort(changes.begin(), changes.end(), is_before);
    }
    AddressLine line = make_constant_line(PortTable::none);
    PortRanges reachable;
    for (auto change = changes.begin(); change != changes.end();) {
        const Number at = change->at;
        std::vector<policy::PortRange> ended;
        for (; change != changes.end() && change->at == at; ++change) {
            (change->begins ? reachable : ended).push_back(change->ports);
        }
        for (const policy::PortRange& range : ended) {
            reachable.erase(std::find(reachable.begin(), reachable.end(), range));
        }
        const std::uint32_t number = ports.number(reachable);
        if (line.back().from == at) {
            line.back().ports = number;
        } else if (line.back().ports != number) {
            line.push_back({at, number});
        }
    }
    return line;
}

void walk(const std::vector<const AddressLine*>& lines, policy::Family family,
          const std::function<void(const Interval&, const std::vector<std::uint32_t>&)>& visit) {
    struct Cursor {
        Number at;
        std::size_t line;
        std::size_t step;
        bool operator<(const Cursor& other) const { return other.at < at; }
    };
    std::priority_queue<Cursor> next;
    std::vector<std::uint32_t> values(lines.size(), PortTable::none);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        values[i] = lines[i]->front().ports;
        if (lines[i]->size() > 1) {
            next.push({(*lines[i])[1].from, i, 1});
        }
    }
    Number from;
    while (!next.empty()) {
        const Number at = next.top().at;
        visit({from, before(at)}, values);
        while (!next.empty() && next.top().at == at) {
            const Cursor cursor = next.top();
            next.pop();
            const AddressLine& line = *lines[cursor.line];
            values[cursor.line] = line[cursor.step].ports;
            if (cursor.step + 1 < line.size()) {
                next.push({line[cursor.step + 1].from, cursor.line, cursor.step + 1});
            }
        }
        from = at;
    }
    visit({from, last_address(family)}, values);
}

}  // namespace sbx::verify
