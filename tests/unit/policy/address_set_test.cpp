// One spelling of each address (R-CMP-06), held against inet_pton(3), and sets of intervals, held against a set of numbers.
#include "compiler/policy/address_set.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <bitset>
#include <cstring>
#include <gtest/gtest.h>
#include <random>

namespace sbx::policy {
namespace {

TEST(Address, RefusesWhatOtherParsersReadDifferently) {
    using namespace std::string_view_literals;
    for (const std::string_view bad : {""sv,
                                       " "sv,
                                       "010.0.0.1"sv,
                                       "1.2.3"sv,
                                       "1"sv,
                                       "0x7f.0.0.1"sv,
                                       "0x7f.1"sv,
                                       "127.1"sv,
                                       "256.0.0.1"sv,
                                       "1.2.3.4.5"sv,
                                       "1.2.3."sv,
                                       ".1.2.3"sv,
                                       "1..2.3"sv,
                                       "1.2.3.-4"sv,
                                       "+1.2.3.4"sv,
                                       " 1.2.3.4"sv,
                                       "1.2.3.4 "sv,
                                       "1.2.3.4\n"sv,
                                       "1.2.3.00"sv,
                                       "1.2.3.04"sv,
                                       "1.2.3.0000000004"sv,
                                       "1.2.3.4\0"sv,
                                       "2130706433"sv,
                                       "::ffff:1.2.3.4"sv,
                                       "::ffff:102:304"sv,
                                       "0:0:0:0:0:ffff:1.2.3.4"sv,
                                       "fe80::1%eth0"sv,
                                       "fe80::1%1"sv,
                                       ":"sv,
                                       ":::"sv,
                                       "::1::"sv,
                                       "1::2::3"sv,
                                       "1:2:3:4:5:6:7"sv,
                                       "1:2:3:4:5:6:7:8:9"sv,
                                       "1:2:3:4:5:6:7::8:9"sv,
                                       "12345::"sv,
                                       "g::"sv,
                                       "[::1]"sv,
                                       "::1 "sv,
                                       "1:2:3:4:5:6:7:1.2.3.4"sv,
                                       "::1.2.3"sv,
                                       "::01.2.3.4"sv,
                                       "1.2.3.4::"sv,
                                       ":1"sv,
                                       "1:"sv,
                                       "1::2:"sv,
                                       "::1/128"sv,
                                       "localhost"sv,
                                       "1.2.3.4 accept\n accept"sv}) {
        EXPECT_FALSE(parse_address(bad)) << bad;
    }
}

TEST(Address, PrintsTheOneCanonicalSpelling) {
    const std::pair<const char*, const char*> spellings[] = {
        {"0.0.0.0", "0.0.0.0"},
        {"255.255.255.255", "255.255.255.255"},
        {"::", "::"},
        {"::1", "::1"},
        {"2001:DB8::0001", "2001:db8::1"},
        {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
        {"1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"},
        {"1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"},
        {"0:0:1:0:0:0:0:1", "0:0:1::1"},
        {"::1.2.3.4", "::102:304"},
        {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
        {"1::", "1::"},
        {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},
        {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
    };
    for (const auto& [text, canonical] : spellings) {
        const auto address = parse_address(text);
        ASSERT_TRUE(address) << text;
        EXPECT_EQ(to_text(*address), canonical);
    }
}

/// What the C library reads in `text`; nullopt when it refuses it, or when it is an IPv4 address in IPv6 clothes.
std::optional<Address> library_address(const std::string& text) {
    Address address;
    if (inet_pton(AF_INET, text.c_str(), address.bytes.data()) == 1) {
        return address;
    }
    address = {Family::ipv6, {}};
    constexpr std::array<std::uint8_t, 12> mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    if (inet_pton(AF_INET6, text.c_str(), address.bytes.data()) != 1 ||
        std::equal(mapped.begin(), mapped.end(), address.bytes.begin())) {
        return std::nullopt;
    }
    return address;
}

TEST(Address, ReadsWhatInetPtonReadsAndNothingElse) {
    std::mt19937 random(7);
    constexpr std::string_view characters = "0123456789abcfF:::...x";
    unsigned accepted = 0;
    for (int i = 0; i < 400'000; ++i) {
        std::string text;
        if (i % 2 == 0) {
            for (std::size_t n = random() % 16; n > 0; --n) {
                text += characters[random() % characters.size()];
            }
        } else {
            Address made{random() % 2 == 0 ? Family::ipv4 : Family::ipv6, {}};
            for (std::size_t n = 0; n < (made.family == Family::ipv4 ? 4U : 16U); ++n) {
                made.bytes[n] = static_cast<std::uint8_t>(random() % 3 == 0 ? random() : 0);
            }
            text = to_text(made);
            text[random() % text.size()] = characters[random() % characters.size()];
        }
        const auto expected = library_address(text);
        ASSERT_EQ(parse_address(text), expected) << text;
        accepted += expected ? 1U : 0U;
    }
    EXPECT_GT(accepted, 10'000U);
}

TEST(Address, EveryAddressIsReadBackFromItsText) {
    std::mt19937 random(8);
    for (int i = 0; i < 100'000; ++i) {
        Address address{i % 4 == 0 ? Family::ipv4 : Family::ipv6, {}};
        const std::size_t length = address.family == Family::ipv4 ? 4 : 16;
        for (std::size_t n = 0; n < length; ++n) {
            address.bytes[n] = static_cast<std::uint8_t>(random() % 2 == 0 ? random() : 0);
        }
        const std::string text = to_text(address);
        std::array<char, INET6_ADDRSTRLEN> library{};
        inet_ntop(address.family == Family::ipv4 ? AF_INET : AF_INET6, address.bytes.data(), library.data(), library.size());
        if (std::strchr(library.data(), '.') == nullptr || address.family == Family::ipv4) {
            ASSERT_EQ(text, library.data());
        }
        if (library_address(text)) {
            ASSERT_EQ(parse_address(text), address) << text;
        }
    }
}

TEST(Range, SaysWhatIsWrong) {
    const std::pair<const char*, RangeError> mistakes[] = {
        {"10.0.0.1/8", RangeError::host_bits_set},
        {"2001:db8::1/32", RangeError::host_bits_set},
        {"10.0.0.0/33", RangeError::prefix_too_long},
        {"::/129", RangeError::prefix_too_long},
        {"10.0.0.0/99999999999", RangeError::prefix_too_long},
        {"10.0.0.0/", RangeError::not_an_address},
        {"10.0.0.0/-1", RangeError::not_an_address},
        {"10.0.0.0/+8", RangeError::not_an_address},
        {"10.0.0.0/08", RangeError::not_an_address},
        {"10.0.0.0/8/8", RangeError::not_an_address},
        {"10.0.0.0/255.0.0.0", RangeError::not_an_address},
        {"/8", RangeError::not_an_address},
        {"10/8", RangeError::not_an_address},
        {"10.0.0.9-10.0.0.1", RangeError::reversed},
        {"::2-::1", RangeError::reversed},
        {"10.0.0.1-::1", RangeError::mixed_families},
        {"10.0.0.1-", RangeError::not_an_address},
        {"-10.0.0.1", RangeError::not_an_address},
        {"10.0.0.1-10", RangeError::not_an_address},
        {"10.0.0.1 - 10.0.0.2", RangeError::not_an_address},
        {"", RangeError::not_an_address},
    };
    for (const auto& [text, error] : mistakes) {
        EXPECT_EQ(parse_range(text).error, error) << text;
    }
    EXPECT_EQ(parse_range("10.1.2.3/8").corrected, "10.0.0.0/8");
    EXPECT_EQ(parse_range("2001:db8:ffff::/33").corrected, "2001:db8:8000::/33");
    EXPECT_EQ(parse_range("10.0.0.9-10.0.0.1").corrected, "10.0.0.1-10.0.0.9");
}

TEST(Range, CoversWhatItSays) {
    const std::array<std::array<const char*, 3>, 7> ranges{{
        {"10.0.0.0/8", "10.0.0.0", "10.255.255.255"},
        {"0.0.0.0/0", "0.0.0.0", "255.255.255.255"},
        {"192.0.2.1/32", "192.0.2.1", "192.0.2.1"},
        {"192.0.2.1", "192.0.2.1", "192.0.2.1"},
        {"192.0.2.128/25", "192.0.2.128", "192.0.2.255"},
        {"::/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
        {"fc00::/7", "fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
    }};
    for (const auto& [text, first, last] : ranges) {
        const ParsedRange parsed = parse_range(text);
        ASSERT_EQ(parsed.error, RangeError::none) << text;
        EXPECT_EQ(to_text(parsed.range.first), first);
        EXPECT_EQ(to_text(parsed.range.last), last);
    }
}

AddressRange numbered(unsigned first, unsigned last) {
    const auto address = [](unsigned number) {
        Address made;
        made.bytes = {static_cast<std::uint8_t>(255), 255, 255, static_cast<std::uint8_t>(number)};
        return made;
    };
    return {address(first), address(last)};
}

TEST(AddressSet, IsTheUnionInNormalFormWhateverTheOrder) {
    std::mt19937 random(9);
    for (int round = 0; round < 3000; ++round) {
        std::vector<AddressRange> ranges;
        std::bitset<256> members;
        for (std::size_t n = random() % 12; n > 0; --n) {
            const auto first = static_cast<unsigned>(random() % 256);
            const unsigned last = std::min(255U, first + static_cast<unsigned>(random() % 20));
            ranges.push_back(numbered(first, last));
            for (unsigned i = first; i <= last; ++i) {
                members.set(i);
            }
        }
        AddressSet one;
        for (const AddressRange& range : ranges) {
            one.add(range);
        }
        std::shuffle(ranges.begin(), ranges.end(), random);
        AddressSet other;
        for (const AddressRange& range : ranges) {
            other.add(range);
        }
        ASSERT_EQ(one, other);
        std::size_t edges = 0;
        for (unsigned i = 0; i < 256; ++i) {
            ASSERT_EQ(one.contains(numbered(i, i).first), members.test(i)) << i;
            edges += members.test(i) && (i == 0 || !members.test(i - 1)) ? 1U : 0U;
        }
        ASSERT_EQ(one.ranges().size(), edges) << "adjacent ranges are joined, distant ones are not";
    }
}

TEST(AddressSet, NeverJoinsTheEndOfOneFamilyToTheStartOfTheOther) {
    AddressSet set;
    set.add(parse_range("255.255.255.255").range);
    set.add(parse_range("::").range);
    EXPECT_EQ(set.ranges().size(), 2U);
    EXPECT_FALSE(set.contains(*parse_address("::1")));
    set.add(parse_range("::/0").range);
    set.add(parse_range("0.0.0.0/0").range);
    EXPECT_EQ(set.ranges().size(), 2U);
}

TEST(Endpoint, IsAnAddressAndAPort) {
    for (const char* good : {"10.20.3.4:443", "[2001:db8::1]:443", "0.0.0.0:1", "[::]:65535"}) {
        const auto endpoint = parse_endpoint(good);
        ASSERT_TRUE(endpoint) << good;
        EXPECT_EQ(to_text(*endpoint), good);
    }
    for (const char* bad : {"",
                            ":",
                            "10.20.3.4",
                            "10.20.3.4:",
                            "10.20.3.4:0",
                            "10.20.3.4:65536",
                            "10.20.3.4:080",
                            "10.20.3.4:+80",
                            "10.20.3.4:-1",
                            "10.20.3.4: 80",
                            "10.20.3.4:80x",
                            "::1:80",
                            "[::1]",
                            "[::1]80",
                            "[10.0.0.1]:80",
                            "[::1:80",
                            "::1]:80",
                            "[]:80",
                            "localhost:80",
                            "10.20.3.4:99999999999"}) {
        EXPECT_FALSE(parse_endpoint(bad)) << bad;
    }
}

}  // namespace
}  // namespace sbx::policy
