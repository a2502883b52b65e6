// The sets that the language names: each row is an address range with a source, and @public is what the others leave.
#include "compiler/policy/address_set.hpp"

#include <algorithm>
#include <gtest/gtest.h>

namespace sbx::policy {
namespace {

AddressSet set_of(std::string_view name) {
    AddressSet set;
    for (const NamedSet& named : named_address_sets()) {
        if (named.name == name) {
            for (const NamedRange& range : named.ranges) {
                set.add(parse_range(range.text).range);
            }
        }
    }
    return set;
}
bool holds(std::string_view name, std::string_view address) {
    return set_of(name).contains(parse_address(address).value());
}

TEST(NamedAddressSets, AreThoseOfTheLanguageInItsOrder) {
    std::vector<std::string_view> names;
    for (const NamedSet& set : named_address_sets()) {
        names.push_back(set.name);
        EXPECT_FALSE(set.summary.empty()) << set.name;
        EXPECT_FALSE(set.ranges.empty()) << set.name;
        for (const NamedRange& range : set.ranges) {
            EXPECT_EQ(parse_range(range.text).error, RangeError::none) << range.text;
            EXPECT_FALSE(range.source.empty()) << range.text;
        }
    }
    const std::vector<std::string_view> expected{"@public",     "@private",  "@any",       "@loopback",
                                                 "@link-local", "@metadata", "@multicast", "@documentation"};
    EXPECT_EQ(names, expected);
}

TEST(NamedAddressSets, HoldWhatTheirNameSays) {
    const std::pair<const char*, const char*> members[] = {
        {"@private", "10.0.0.1"},
        {"@private", "172.31.255.255"},
        {"@private", "192.168.0.1"},
        {"@private", "fd00::1"},
        {"@loopback", "127.255.0.1"},
        {"@loopback", "::1"},
        {"@link-local", "169.254.0.1"},
        {"@link-local", "fe80::1"},
        {"@metadata", "169.254.169.254"},
        {"@metadata", "fd00:ec2::254"},
        {"@metadata", "100.100.100.200"},
        {"@metadata", "168.63.129.16"},
        {"@metadata", "192.0.0.192"},
        {"@multicast", "239.1.2.3"},
        {"@multicast", "ff02::1"},
        {"@documentation", "192.0.2.1"},
        {"@documentation", "2001:db8::1"},
        {"@any", "255.255.255.255"},
        {"@any", "::"},
        {"@public", "8.8.8.8"},
        {"@public", "1.1.1.1"},
        {"@public", "2606:4700::1111"},
        {"@public", "223.255.255.255"},
        {"@public", "172.32.0.0"},
    };
    for (const auto& [set, address] : members) {
        EXPECT_TRUE(holds(set, address)) << set << " " << address;
    }
}

TEST(NamedAddressSets, PublicHoldsNothingSpecial) {
    const AddressSet open_addresses = set_of("@public");
    for (const NamedSet& set : named_address_sets()) {
        if (set.name == "@public" || set.name == "@any") {
            continue;
        }
        for (const NamedRange& range : set.ranges) {
            const AddressRange special = parse_range(range.text).range;
            for (const AddressRange& open : open_addresses.ranges()) {
                EXPECT_TRUE(open.last < special.first || special.last < open.first) << set.name << " " << range.text;
            }
        }
    }
    for (const char* special : {"0.0.0.0", "100.64.0.1", "192.88.99.1", "198.18.0.1", "240.0.0.1", "255.255.255.255", "2002::1",
                                "2001::1", "fc00::", "::", "64:ff9b::1", "4000::", "100::1"}) {
        EXPECT_FALSE(holds("@public", special)) << special;
    }
}

TEST(NamedAddressSets, SpecialRangesLeaveNoGapAroundThem) {
    for (const char* edge :
         {"9.255.255.255", "11.0.0.0", "172.15.255.255", "192.167.255.255", "192.169.0.0", "169.253.255.255", "169.255.0.0",
          "128.0.0.0", "126.255.255.255", "2003::", "2001:db9::", "2001:200::", "168.63.129.15", "168.63.129.17"}) {
        EXPECT_TRUE(holds("@public", edge)) << edge;
    }
}

}  // namespace
}  // namespace sbx::policy
