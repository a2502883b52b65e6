// Sets of packets. Every operation is one sweep over two sorted lists, for all protocols that share them; a list of rules becomes a
// set by halves, so that a hundred thousand networks cost a sort and a few passes. Assumes well-formed sets; guarantees the normal
// form that the header states.
#include "compiler/policy/traffic.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace sbx::policy {
namespace {

using ReachList = std::vector<Reach>;

struct Operation {
    PortSet (*ports)(const PortSet&, const PortSet&);
    bool keeps_left;  ///< where there is nothing on the right
    bool keeps_right;
};
constexpr Operation union_of{[](const PortSet& a, const PortSet& b) { return a.united(b); }, true, true};
constexpr Operation difference_of{[](const PortSet& a, const PortSet& b) { return a.without(b); }, true, false};
constexpr Operation intersection_of{[](const PortSet& a, const PortSet& b) { return a.common(b); }, false, false};

/// Behind what the list holds already.
void append(ReachList& list, const AddressRange& addresses, PortSet ports) {
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
    ReachList::const_iterator at_;
    ReachList::const_iterator end_;
    Address first_;
};

/// The last address up to which only `one` has something; `other` begins behind its first.
Address end_alone(const Remainder& one, const Remainder& other) {
    return other.empty() || one.last() < other.first() ? one.last() : *predecessor(other.first());
}

Reaches combined(const Reaches& a, const Reaches& b, const Operation& operation) {
    if (a.empty() || b.empty()) {
        const bool keeps = a.empty() ? operation.keeps_right : operation.keeps_left;
        return !keeps ? Reaches() : a.empty() ? b : a;
    }
    static const PortSet none;
    ReachList list;
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
        append(list, {first, last}, operation.ports(in_left ? left.ports() : none, in_right ? right.ports() : none));
        if (in_left) {
            left.pass(last);
        }
        if (in_right) {
            right.pass(last);
        }
    }
    return Reaches(std::move(list));
}

using ReachesOf = std::map<Protocol, Reaches>;

/// What another protocol reaches too shares its list.
void insert(ReachesOf& into, Protocol protocol, Reaches list) {
    if (list.empty()) {
        return;
    }
    const auto same = std::find_if(into.begin(), into.end(), [&](const auto& each) { return each.second == list; });
    into.emplace(protocol, same == into.end() ? std::move(list) : Reaches(same->second));
}

Reaches find(const ReachesOf& reaches, Protocol protocol) {
    const auto found = reaches.find(protocol);
    return found == reaches.end() ? Reaches() : found->second;
}

ReachesOf combined(const ReachesOf& a, const ReachesOf& b, const Operation& operation) {
    struct Made {
        Reaches left, right, result;
    };
    std::vector<Made> made;
    ReachesOf result;
    for (const Protocol protocol : all_protocols) {
        Made next{find(a, protocol), find(b, protocol), {}};
        const auto same = std::find_if(made.begin(), made.end(), [&](const Made& each) {
            return each.left.is_same(next.left) && each.right.is_same(next.right);
        });
        next.result = same == made.end() ? combined(next.left, next.right, operation) : same->result;
        insert(result, protocol, next.result);
        made.push_back(std::move(next));
    }
    return result;
}

Reaches to_reaches(const AddressSet& addresses, const PortSet& ports) {
    ReachList list;
    list.reserve(addresses.ranges().size());
    for (const AddressRange& range : addresses.ranges()) {
        append(list, range, ports);
    }
    return Reaches(std::move(list));
}

/// By halves, so that no list is passed more often than the logarithm of how many there are.
Reaches united(const std::vector<Reaches>& lists, std::size_t begin, std::size_t end) {
    if (end - begin == 1) {
        return lists[begin];
    }
    const std::size_t middle = begin + (end - begin) / 2;
    return combined(united(lists, begin, middle), united(lists, middle, end), union_of);
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

Reaches::Reaches(std::vector<Reach> list)
    : list_(list.empty() ? nullptr : std::make_shared<const std::vector<Reach>>(std::move(list))) {}

const std::vector<Reach>& Reaches::entries() const {
    static const std::vector<Reach> none;
    return list_ == nullptr ? none : *list_;
}

template <class Add>
void TrafficBuilder::for_kinds(ProtocolSet protocols, const PortSet& ports, Add add) {
    const PortSet every = PortSet::all();
    const ProtocolSet limited = ports == every ? ProtocolSet() : protocols.common(ProtocolSet::with_ports());
    const ProtocolSet whole = protocols.without(limited);
    if (!limited.empty()) {
        add(ranges_[{limited, ports}]);
    }
    if (!whole.empty()) {
        add(ranges_[{whole, every}]);
    }
}

void TrafficBuilder::add(ProtocolSet protocols, const AddressSet& addresses, const PortSet& ports) {
    for_kinds(protocols, ports, [&](std::vector<AddressRange>& ranges) {
        ranges.insert(ranges.end(), addresses.ranges().begin(), addresses.ranges().end());
    });
}

void TrafficBuilder::add(ProtocolSet protocols, const AddressRange& addresses, const PortSet& ports) {
    for_kinds(protocols, ports, [&](std::vector<AddressRange>& ranges) { ranges.push_back(addresses); });
}

Traffic TrafficBuilder::take() {
    std::vector<std::pair<ProtocolSet, Reaches>> parts;
    for (auto& [kind, ranges] : std::exchange(ranges_, {})) {
        parts.emplace_back(kind.first, to_reaches(AddressSet::of(std::move(ranges)), kind.second));
    }
    struct Made {
        std::vector<Reaches> lists;
        Reaches result;
    };
    const auto is_same = [](const Reaches& a, const Reaches& b) { return a.is_same(b); };
    std::vector<Made> made;
    Traffic traffic;
    for (const Protocol protocol : all_protocols) {
        Made next;
        for (const auto& [protocols, list] : parts) {
            if (protocols.contains(protocol)) {
                next.lists.push_back(list);
            }
        }
        if (next.lists.empty()) {
            continue;
        }
        const auto same = std::find_if(made.begin(), made.end(), [&](const Made& each) {
            return std::equal(each.lists.begin(), each.lists.end(), next.lists.begin(), next.lists.end(), is_same);
        });
        next.result = same == made.end() ? policy::united(next.lists, 0, next.lists.size()) : same->result;
        insert(traffic.reaches_, protocol, next.result);
        made.push_back(std::move(next));
    }
    return traffic;
}

Traffic Traffic::of(const std::vector<TrafficRule>& rules) {
    TrafficBuilder builder;
    for (const TrafficRule& rule : rules) {
        if (!rule.ports.empty()) {
            builder.add({rule.protocol}, rule.addresses, rule.ports);
        }
    }
    return builder.take();
}

void Traffic::add(Protocol protocol, const AddressSet& addresses, const PortSet& ports) {
    *this = united(of({{protocol, addresses, ports}}));
}

Traffic Traffic::united(const Traffic& other) const {
    Traffic traffic;
    traffic.reaches_ = combined(reaches_, other.reaches_, union_of);
    return traffic;
}

Traffic Traffic::without(const Traffic& other) const {
    Traffic traffic;
    traffic.reaches_ = combined(reaches_, other.reaches_, difference_of);
    return traffic;
}

Traffic Traffic::common(const Traffic& other) const {
    Traffic traffic;
    traffic.reaches_ = combined(reaches_, other.reaches_, intersection_of);
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
