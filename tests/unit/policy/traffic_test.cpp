// Sets of packets, held against a plain table of points over a universe that has the ends of both families and of the ports in it.
#include "compiler/policy/traffic.hpp"

#include <array>
#include <chrono>
#include <gtest/gtest.h>
#include <random>

namespace sbx::policy {
namespace {

AddressSet addresses(std::string_view text) {
    AddressSet set;
    set.add(parse_range(text).range);
    return set;
}
PortSet ports(std::initializer_list<PortRange> ranges) {
    PortSet set;
    for (const PortRange& range : ranges) {
        set.add(range);
    }
    return set;
}

TEST(PortSet, JoinsWhatTouches) {
    EXPECT_EQ(ports({{1, 9}, {10, 20}}), ports({{1, 20}}));
    EXPECT_EQ(ports({{30, 40}, {1, 9}, {5, 35}}), ports({{1, 40}}));
    EXPECT_EQ(ports({{1, 65534}, {65535, 65535}}), PortSet::all());
    EXPECT_EQ(ports({{1, 9}, {11, 20}}).ranges().size(), 2U);
}

TEST(PortSet, TakesTheLastPortOut) {
    EXPECT_EQ(PortSet::all().without(ports({{65535, 65535}})), ports({{1, 65534}}));
    EXPECT_EQ(PortSet::all().without(ports({{1, 1}})), ports({{2, 65535}}));
    EXPECT_TRUE(PortSet::all().without(PortSet::all()).empty());
    EXPECT_EQ(ports({{1, 10}}).without(ports({{3, 4}, {6, 6}})), ports({{1, 2}, {5, 5}, {7, 10}}));
}

TEST(Traffic, IsOneValueForOneMeaning) {
    Traffic halves;
    halves.add(Protocol::tcp, addresses("10.0.0.0/9"), ports({{80, 80}}));
    halves.add(Protocol::tcp, addresses("10.128.0.0/9"), ports({{80, 80}}));
    Traffic whole;
    whole.add(Protocol::tcp, addresses("10.0.0.0/8"), ports({{80, 80}}));
    EXPECT_EQ(halves, whole);
    Traffic by_port;
    by_port.add(Protocol::tcp, addresses("10.0.0.0/8"), ports({{1, 79}, {81, 65535}}));
    EXPECT_EQ(by_port.united(whole).reaches().at(Protocol::tcp).front().ports, PortSet::all());
}

TEST(Traffic, WithNothingInItIsEmpty) {
    Traffic traffic;
    traffic.add(Protocol::udp, addresses("10.0.0.1"), PortSet());
    traffic.add(Protocol::udp, AddressSet(), PortSet::all());
    EXPECT_TRUE(traffic.empty());
    EXPECT_EQ(traffic, Traffic());
    traffic.add(Protocol::icmp, addresses("::/0"), PortSet::all());
    EXPECT_TRUE(traffic.without(traffic).empty());
}

TEST(Traffic, DoesNotJoinTheFamilies) {
    Traffic traffic;
    traffic.add(Protocol::icmp, addresses("255.255.255.255"), PortSet::all());
    traffic.add(Protocol::icmp, addresses("::"), PortSet::all());
    EXPECT_EQ(traffic.reaches().at(Protocol::icmp).size(), 2U);
}

TEST(Traffic, IgnoresThePortOfAProtocolThatHasNone) {
    Traffic traffic;
    traffic.add(Protocol::icmp, addresses("10.0.0.0/8"), PortSet::all());
    EXPECT_TRUE(traffic.contains(Protocol::icmp, parse_address("10.1.1.1").value(), 0));
    EXPECT_FALSE(traffic.contains(Protocol::tcp, parse_address("10.1.1.1").value(), 1));
}

// ---- against a table of points ----------------------------------------------------------------------------------------------

const std::vector<Address>& address_universe() {
    static const std::vector<Address> universe = [] {
        std::vector<Address> list;
        for (const char* text : {"0.0.0.0", "0.0.0.1", "10.0.0.254", "10.0.0.255", "10.0.1.0", "10.0.1.1", "255.255.255.254",
                                 "255.255.255.255", "::", "::1", "2001:db8::ff", "2001:db8::100",
                                 "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"}) {
            list.push_back(parse_address(text).value());
        }
        return list;
    }();
    return universe;
}
constexpr std::uint16_t port_universe[] = {1, 2, 3, 443, 444, 65534, 65535};

using Points = std::set<std::tuple<Protocol, Address, std::uint16_t>>;

template <class Holds>
Points points(Holds holds) {
    Points found;
    for (const Protocol protocol : all_protocols) {
        for (const Address& address : address_universe()) {
            for (const std::uint16_t port : port_universe) {
                if (holds(protocol, address, port)) {
                    found.emplace(protocol, address, port);
                }
            }
        }
    }
    return found;
}
Points points(const Traffic& traffic) {
    return points([&](auto... point) { return traffic.contains(point...); });
}

std::vector<TrafficRule> random_rules(std::mt19937& random) {
    std::vector<TrafficRule> rules;
    const std::size_t count = random() % 7;
    const auto& universe = address_universe();
    while (rules.size() < count) {
        TrafficRule rule;
        rule.protocol = all_protocols.at(random() % all_protocols.size());
        const std::size_t begin = random() % universe.size();
        std::size_t end = begin + random() % 4;
        while (end >= universe.size() || universe[end].family != universe[begin].family) {
            --end;
        }
        rule.addresses.add({universe[begin], universe[end]});
        const std::size_t first = random() % std::size(port_universe);
        const std::size_t last = std::min(first + random() % 4, std::size(port_universe) - 1);
        rule.ports = has_ports(rule.protocol) ? ports({{port_universe[first], port_universe[last]}}) : PortSet::all();
        rules.push_back(rule);
    }
    return rules;
}

bool holds(const std::vector<TrafficRule>& rules, Protocol protocol, const Address& address, std::uint16_t port) {
    for (const TrafficRule& rule : rules) {
        if (rule.protocol == protocol && rule.addresses.contains(address) && (!has_ports(protocol) || rule.ports.contains(port))) {
            return true;
        }
    }
    return false;
}

void expect_normal(const Traffic& traffic) {
    for (const auto& [protocol, list] : traffic.reaches()) {
        ASSERT_FALSE(list.empty());
        for (std::size_t i = 0; i < list.size(); ++i) {
            EXPECT_LE(list[i].addresses.first, list[i].addresses.last);
            EXPECT_EQ(list[i].addresses.first.family, list[i].addresses.last.family);
            EXPECT_FALSE(list[i].ports.empty());
            if (i > 0) {
                EXPECT_LT(list[i - 1].addresses.last, list[i].addresses.first);
                const bool touches = successor(list[i - 1].addresses.last) == list[i].addresses.first;
                EXPECT_FALSE(touches && list[i - 1].ports == list[i].ports);
            }
        }
    }
}

TEST(Traffic, IsWhatItsRulesSay) {
    for (unsigned seed = 0; seed < 4000 && !testing::Test::HasFailure(); ++seed) {
        std::mt19937 random(seed);
        const auto a = random_rules(random);
        const auto b = random_rules(random);
        const auto in_a = [&](auto... point) { return holds(a, point...); };
        const auto in_b = [&](auto... point) { return holds(b, point...); };
        const Traffic left = Traffic::of(a);
        Traffic right;
        for (const TrafficRule& rule : b) {
            right.add(rule.protocol, rule.addresses, rule.ports);
        }
        EXPECT_EQ(right, Traffic::of(b)) << seed;
        EXPECT_EQ(points(left), points(in_a)) << seed;
        EXPECT_EQ(points(left.united(right)), points([&](auto... p) { return in_a(p...) || in_b(p...); })) << seed;
        EXPECT_EQ(points(left.without(right)), points([&](auto... p) { return in_a(p...) && !in_b(p...); })) << seed;
        EXPECT_EQ(points(left.common(right)), points([&](auto... p) { return in_a(p...) && in_b(p...); })) << seed;
        for (const Traffic& traffic : {left, right, left.united(right), left.without(right), left.common(right)}) {
            expect_normal(traffic);
        }
        EXPECT_EQ(left.common(right), right.common(left)) << seed;
        EXPECT_EQ(left.without(right).united(left.common(right)), left) << seed;
    }
}

TEST(Traffic, OfManyProtocolsIsWhatIsSaidOfEach) {
    for (unsigned seed = 0; seed < 2000 && !testing::Test::HasFailure(); ++seed) {
        std::mt19937 random(seed);
        std::array<TrafficBuilder, 2> builders;
        std::array<std::vector<TrafficRule>, 2> rules;
        for (std::size_t side = 0; side < 2; ++side) {
            for (const TrafficRule& rule : random_rules(random)) {
                ProtocolSet protocols{rule.protocol};
                for (const Protocol protocol : all_protocols) {
                    if (random() % 2 == 0) {
                        protocols.insert(protocol);
                    }
                }
                const PortSet at = random() % 2 == 0 ? PortSet::all() : rule.ports;
                builders.at(side).add(protocols, rule.addresses, at);
                for (const Protocol protocol : protocols) {
                    rules.at(side).push_back({protocol, rule.addresses, has_ports(protocol) ? at : PortSet::all()});
                }
            }
        }
        const Traffic left = builders[0].take();
        const Traffic right = builders[1].take();
        const auto in_left = [&](auto... point) { return holds(rules[0], point...); };
        const auto in_right = [&](auto... point) { return holds(rules[1], point...); };
        EXPECT_EQ(left, Traffic::of(rules[0])) << seed;
        EXPECT_EQ(points(left), points(in_left)) << seed;
        EXPECT_EQ(points(left.united(right)), points([&](auto... p) { return in_left(p...) || in_right(p...); })) << seed;
        EXPECT_EQ(points(left.without(right)), points([&](auto... p) { return in_left(p...) && !in_right(p...); })) << seed;
        EXPECT_EQ(points(left.common(right)), points([&](auto... p) { return in_left(p...) && in_right(p...); })) << seed;
        for (const Traffic& traffic : {left, left.united(right), left.without(right), left.common(right)}) {
            expect_normal(traffic);
        }
    }
}

TEST(Traffic, ProtocolsThatReachTheSameShareOneList) {
    TrafficBuilder builder;
    builder.add(ProtocolSet::all(), addresses("10.0.0.0/8"), PortSet::all());
    builder.add({Protocol::udp}, addresses("192.0.2.1"), PortSet::all());
    const Traffic some = builder.take();
    const auto list = [](const Traffic& traffic, Protocol protocol) { return traffic.reaches().at(protocol); };
    EXPECT_TRUE(list(some, Protocol::tcp).is_same(list(some, Protocol::other)));
    EXPECT_FALSE(list(some, Protocol::tcp).is_same(list(some, Protocol::udp)));
    Traffic hole;
    for (const Protocol protocol : {Protocol::tcp, Protocol::icmp}) {
        hole.add(protocol, addresses("10.1.0.0/16"), PortSet::all());
    }
    const Traffic rest = some.without(hole);
    EXPECT_TRUE(list(rest, Protocol::tcp).is_same(list(rest, Protocol::icmp)));
    EXPECT_TRUE(list(rest, Protocol::other).is_same(list(some, Protocol::other))) << "nothing is taken out of it";
    EXPECT_EQ(list(rest, Protocol::tcp).size(), 2U);
}

TEST(Traffic, OfAHundredThousandNetworksIsMadeInASecond) {
    std::mt19937 random(1);
    std::vector<TrafficRule> rules;
    std::vector<TrafficRule> denials;
    for (unsigned i = 0; i < 100000; ++i) {
        AddressRange range;
        const auto network = static_cast<std::uint32_t>(random());
        for (unsigned byte = 0; byte < 3; ++byte) {
            range.first.bytes.at(byte) = range.last.bytes.at(byte) = static_cast<std::uint8_t>(network >> (8U * byte));
        }
        range.last.bytes[3] = 255;
        AddressSet set;
        set.add(range);
        rules.push_back({Protocol::tcp, set, ports({{static_cast<std::uint16_t>(1 + i % 10), 2000}})});
        denials.push_back({Protocol::tcp, set, ports({{443, 443}})});
    }
    const auto begin = std::chrono::steady_clock::now();
    const Traffic allowed = Traffic::of(rules);
    const Traffic left = allowed.without(Traffic::of(denials));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    EXPECT_GT(left.reaches().at(Protocol::tcp).size(), 50000U);
    EXPECT_LT(took.count(), 5.0) << "with room for a machine that is busy";
}

}  // namespace
}  // namespace sbx::policy
