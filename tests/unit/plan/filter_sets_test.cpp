// Large sets: how they are split, and which of the parts a packet is looked up in.
#include "compiler/plan/filter_size.hpp"
#include "network_fixture.hpp"

#include <algorithm>
#include <gmock/gmock.h>

namespace sbx::plan {
namespace {

FilterPlan filter_of(const policy::Policy& policy) {
    DiagnosticSink sink;
    ExecutionPlan plan = lower(policy, sink);
    EXPECT_EQ(sink.error_count(), 0U);
    return std::move(plan.network);
}

const FilterSet* set_of(const FilterPlan& plan, std::string_view name) {
    const auto found = std::find_if(plan.sets.begin(), plan.sets.end(), [&](const FilterSet& set) { return set.name == name; });
    return found == plan.sets.end() ? nullptr : &*found;
}

TEST(FilterSets, PlainNetworksAreSplitIntoSetsThatLoadAtOnce) {
    std::vector<policy::AddressRange> ranges;
    for (std::uint32_t i = 0; i < max_filter_elements + 1; ++i) {
        policy::Address each = address("10.0.0.0");
        each.bytes[1] = static_cast<std::uint8_t>(i >> 8U);
        each.bytes[2] = static_cast<std::uint8_t>(i);
        ranges.push_back({each, each});
    }
    NetworkRule statement = allow(Protocol::icmp, {});
    statement.addresses = policy::AddressSet::of(std::move(ranges));
    const auto plan = filter_of(with_network({statement}));
    EXPECT_EQ(set_of(plan, "icmp_4")->elements.size(), max_filter_elements);
    ASSERT_NE(set_of(plan, "icmp_4_1"), nullptr);
    EXPECT_EQ(set_of(plan, "icmp_4_1")->elements.size(), 1U);
    ASSERT_EQ(plan.allowances.size(), 2U);
    EXPECT_EQ(plan.allowances[0].within, (policy::AddressRange{address("10.0.0.0"), address("10.7.255.0")}));
    EXPECT_EQ(plan.allowances[1].within, (policy::AddressRange{address("10.8.0.0"), address("10.8.0.0")}));
}

/// 10.0.0.0/31, 10.0.0.4/31 …
std::vector<policy::AddressRange> pairs_of_addresses(std::size_t count) {
    std::vector<policy::AddressRange> ranges;
    for (std::size_t i = 0; i < count; ++i) {
        policy::Address each = address("10.0.0.0");
        each.bytes[1] = static_cast<std::uint8_t>(i >> 14U);
        each.bytes[2] = static_cast<std::uint8_t>(i >> 6U);
        each.bytes[3] = static_cast<std::uint8_t>(i << 2U);
        policy::Address next = each;
        ++next.bytes[3];
        ranges.push_back({each, next});
    }
    return ranges;
}

TEST(FilterSets, IntervalsWithPortsAreSplitIntoSetsEachBehindItsAddresses) {
    NetworkRule statement = allow(Protocol::tcp, {}, ports({{443, 443}}));
    statement.addresses = policy::AddressSet::of(pairs_of_addresses(max_set_intervals + 2));
    const auto plan = filter_of(with_network({statement}));
    EXPECT_EQ(set_of(plan, "tcp_4")->elements.size(), max_set_intervals);
    ASSERT_NE(set_of(plan, "tcp_4_1"), nullptr);
    EXPECT_EQ(set_of(plan, "tcp_4_1")->elements.size(), 2U);
    ASSERT_EQ(plan.allowances.size(), 2U);
    EXPECT_EQ(plan.allowances[0].within, (policy::AddressRange{address("10.0.0.0"), address("10.0.63.253")}));
    EXPECT_EQ(plan.allowances[1].within, (policy::AddressRange{address("10.0.64.0"), address("10.0.64.5")}));
    statement.addresses = policy::AddressSet::of(pairs_of_addresses(max_set_intervals));
    const auto whole = filter_of(with_network({statement}));
    ASSERT_EQ(whole.allowances.size(), 1U);
    EXPECT_EQ(whole.allowances[0].within, std::nullopt);
}

TEST(FilterSets, SingleAddressesWithSinglePortsStayInOneSetWhichIsHashed) {
    std::vector<policy::AddressRange> ranges = pairs_of_addresses(max_set_intervals + 1);
    for (policy::AddressRange& range : ranges) {
        range.last = range.first;
    }
    NetworkRule statement = allow(Protocol::tcp, {}, ports({{443, 443}}));
    statement.addresses = policy::AddressSet::of(std::move(ranges));
    const auto plan = filter_of(with_network({statement}));
    EXPECT_EQ(set_of(plan, "tcp_4")->elements.size(), max_set_intervals + 1);
    ASSERT_EQ(plan.allowances.size(), 1U);
    EXPECT_EQ(plan.allowances[0].within, std::nullopt);
}

TEST(FilterSets, TheAddressesOfAPartReachToTheLastOfItsElementsWhereTheyOverlap) {
    // The first network holds all others, at another port; the elements of the second part end before it does.
    NetworkRule wide = allow(Protocol::tcp, {"10.0.0.0/8"}, ports({{80, 80}}));
    NetworkRule narrow = allow(Protocol::tcp, {}, ports({{443, 443}}));
    narrow.addresses = policy::AddressSet::of(pairs_of_addresses(max_set_intervals));
    const auto plan = filter_of(with_network({wide, narrow}));
    for (const FilterRule& rule : plan.allowances) {
        ASSERT_TRUE(rule.within.has_value());
        for (const FilterElement& element : set_of(plan, rule.destinations)->elements) {
            EXPECT_LE(rule.within->first, element.addresses.first);
            EXPECT_LE(element.addresses.last, rule.within->last);
        }
    }
}

}  // namespace
}  // namespace sbx::plan
