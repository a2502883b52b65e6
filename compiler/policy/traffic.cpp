// Sets of packets. Every operation is one sweep over two sorted lists; a list of rules becomes a set by halves, so that a hundred
// thousand networks cost a sort and a few passes. Assumes well-formed sets; guarantees the normal form that the header states.
#include "compiler/policy/traffic.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace sbx::policy {
namespace {

using Reaches = std::vector<Reach>;
using PortOperation = PortSet (*)(const PortSet&, const PortSet&);

/// Behind what the list holds already.
void append(Reaches& list, const AddressRange& addresses, PortSet ports) {
    if (ports.empty()) {
        return;
    }
    if (!list.empty() && list.back().ports == ports && successor(list.back().addresses.last) == addresses.first) {
        list.back().addresses.last = addresses.last;
    } else {
        list.push_back({addresses, std::move(ports)});
    }
}

/// What of a list has not been passed.
class Remainder {
public:
    explicit Remainder(const Reaches& list) : at_(list.begin()), end_(list.end()) {
        if (!empty()) {
            first_ = at_->addresses.first;
        }
    }
    [[nodiscard]] bool empty() const { return at_ == end_; }
    [[nodiscard]] const Address& first() const { return first_; }
    [[nodiscard]] const Address& last() const { return at_->addresses.last; }
    [[nodiscard]] const PortSet& ports() const { return at_->ports; }
    /// `last` lies in the range at hand.
    void pass(const Address& last) {
        if (last != at_->addresses.last) {
            first_ = *successor(last);
        } else if (++at_ != end_) {
            first_ = at_->addresses.first;
        }
    }

private:
    Reaches::const_iterator at_;
    Reaches::const_iterator end_;
    Address first_;
};

/// The last address up to which only `one` has something; `other` begins behind its first.
Address end_alone(const Remainder& one, const Remainder& other) {
    return other.empty() || one.last() < other.first() ? one.last() : *predecessor(other.first());
}

Reaches combined(const Reaches& a, const Reaches& b, PortOperation operation) {
    static const PortSet none;
    Reaches list;
    list.reserve(std::max(a.size(), b.size()));
    Remainder left(a);
    Remainder right(b);
    while (!left.empty() || !right.empty()) {
        const bool in_left = !left.empty() && (right.empty() || left.first() <= right.first());
        const bool in_right = !right.empty() && (left.empty() || right.first() <= left.first());
        const Address first = in_left ? left.first() : right.first();
        const Address last = in_left && in_right ? std::min(left.last(), right.last())
                             : in_left           ? end_alone(left, right)
                                                 : end_alone(right, left);
        append(list, {first, last}, operation(in_left ? left.ports() : none, in_right ? right.ports() : none));
        if (in_left) {
            left.pass(last);
        }
        if (in_right) {
            right.pass(last);
        }
    }
    return list;
}

using ReachesOf = std::map<Protocol, Reaches>;

ReachesOf combined(const ReachesOf& a, const ReachesOf& b, PortOperation operation) {
    static const Reaches none;
    ReachesOf result;
    for (const Protocol protocol : all_protocols) {
        const auto left = a.find(protocol);
        const auto right = b.find(protocol);
        if (left == a.end() && right == b.end()) {
            continue;
        }
        Reaches list = combined(left == a.end() ? none : left->second, right == b.end() ? none : right->second, operation);
        if (!list.empty()) {
            result.emplace(protocol, std::move(list));
        }
    }
    return result;
}

PortSet united_ports(const PortSet& a, const PortSet& b) {
    return a.united(b);
}
PortSet remaining_ports(const PortSet& a, const PortSet& b) {
    return a.without(b);
}
PortSet common_ports(const PortSet& a, const PortSet& b) {
    return a.common(b);
}

Reaches to_reaches(const AddressSet& addresses, const PortSet& ports) {
    Reaches list;
    list.reserve(addresses.ranges().size());
    for (const AddressRange& range : addresses.ranges()) {
        append(list, range, ports);
    }
    return list;
}

/// By halves, so that no list is passed more often than the logarithm of how many there are.
Reaches united(std::vector<Reaches>& lists, std::size_t begin, std::size_t end) {
    if (end - begin == 1) {
        return std::move(lists[begin]);
    }
    const std::size_t middle = begin + (end - begin) / 2;
    return combined(united(lists, begin, middle), united(lists, middle, end), united_ports);
}

}  // namespace

std::string_view to_text(Protocol protocol) {
    switch (protocol) {
        case Protocol::tcp:
            return "tcp";
        case Protocol::udp:
            return "udp";
        case Protocol::icmp:
            return "icmp";
        case Protocol::other:
            return "other";
    }
    return {};
}

bool has_ports(Protocol protocol) {
    return protocol == Protocol::tcp || protocol == Protocol::udp;
}

Traffic Traffic::of(const std::vector<TrafficRule>& rules) {
    std::map<std::pair<Protocol, PortSet>, std::vector<AddressRange>> ranges;  // rules with the same ports are one sort
    for (const TrafficRule& rule : rules) {
        std::vector<AddressRange>& list =
            ranges[{rule.protocol, has_ports(rule.protocol) || rule.ports.empty() ? rule.ports : PortSet::all()}];
        list.insert(list.end(), rule.addresses.ranges().begin(), rule.addresses.ranges().end());
    }
    std::map<Protocol, std::vector<Reaches>> lists;
    for (auto& [key, list] : ranges) {
        lists[key.first].push_back(to_reaches(AddressSet::of(std::move(list)), key.second));
    }
    Traffic traffic;
    for (auto& [protocol, parts] : lists) {
        if (Reaches list = policy::united(parts, 0, parts.size()); !list.empty()) {
            traffic.reaches_.emplace(protocol, std::move(list));
        }
    }
    return traffic;
}

void Traffic::add(Protocol protocol, const AddressSet& addresses, const PortSet& ports) {
    *this = united(of({{protocol, addresses, ports}}));
}

Traffic Traffic::united(const Traffic& other) const {
    Traffic traffic;
    traffic.reaches_ = combined(reaches_, other.reaches_, united_ports);
    return traffic;
}

Traffic Traffic::without(const Traffic& other) const {
    Traffic traffic;
    traffic.reaches_ = combined(reaches_, other.reaches_, remaining_ports);
    return traffic;
}

Traffic Traffic::common(const Traffic& other) const {
    Traffic traffic;
    traffic.reaches_ = combined(reaches_, other.reaches_, common_ports);
    return traffic;
}

bool Traffic::contains(Protocol protocol, const Address& address, std::uint16_t port) const {
    const auto list = reaches_.find(protocol);
    if (list == reaches_.end()) {
        return false;
    }
    const auto after = std::upper_bound(list->second.begin(), list->second.end(), address,
                                        [](const Address& a, const Reach& reach) { return a < reach.addresses.first; });
    if (after == list->second.begin() || std::prev(after)->addresses.last < address) {
        return false;
    }
    return !has_ports(protocol) || std::prev(after)->ports.contains(port);
}

}  // namespace sbx::policy
