// Numbers with units (R-CMP-11): the whole of the text or nothing, checked arithmetic, and the shortest exact spelling back.
#include "compiler/policy/quantity.hpp"

#include <gtest/gtest.h>
#include <limits>

namespace sbx::policy {
namespace {

using namespace std::string_view_literals;
constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();

TEST(Quantity, SizesArePowersOf1024) {
    const std::pair<const char*, std::uint64_t> sizes[] = {
        {"0B", 0},
        {"1B", 1},
        {"1K", 1024},
        {"1M", 1ULL << 20U},
        {"1G", 1ULL << 30U},
        {"1T", 1ULL << 40U},
        {"007K", 7168},
        {"1_024K", 1ULL << 20U},
        {"16777215T", 16777215ULL << 40U},
        {"18446744073709551615B", most},
    };
    for (const auto& [text, bytes] : sizes) {
        ASSERT_TRUE(parse_size(text)) << text;
        EXPECT_EQ(parse_size(text)->bytes, bytes) << text;
    }
    for (const auto bad : {""sv,
                           "1"sv,
                           "K"sv,
                           "-1K"sv,
                           "+1K"sv,
                           " 1K"sv,
                           "1K "sv,
                           "1 K"sv,
                           "1k"sv,
                           "1KB"sv,
                           "1KiB"sv,
                           "1.5K"sv,
                           "0x10K"sv,
                           "1e3K"sv,
                           "inf"sv,
                           "unlimited"sv,
                           "16777216T"sv,
                           "18446744073709551616B"sv,
                           "99999999999999999999K"sv,
                           "1_K"sv,
                           "_1K"sv,
                           "1__0K"sv,
                           "1K\0"sv,
                           "\xD9\xA1K"sv,
                           "1P"sv}) {
        EXPECT_FALSE(parse_size(bad)) << bad;
    }
}

TEST(Quantity, DurationsAreMilliseconds) {
    const std::pair<const char*, std::uint64_t> durations[] = {{"250ms", 250},
                                                               {"1s", 1000},
                                                               {"5m", 300'000},
                                                               {"2h", 7'200'000},
                                                               {"1d", 86'400'000},
                                                               {"0s", 0},
                                                               {"213503982334d", 213'503'982'334ULL * 86'400'000ULL}};
    for (const auto& [text, milliseconds] : durations) {
        ASSERT_TRUE(parse_duration(text)) << text;
        EXPECT_EQ(parse_duration(text)->milliseconds, milliseconds) << text;
    }
    for (const auto bad : {""sv, "5"sv, "5min"sv, "5M"sv, "1m30s"sv, "-1s"sv, "1.5s"sv, "213503982335d"sv, "18446744073709552s"sv,
                           "s"sv, "1 s"sv, "1us"sv}) {
        EXPECT_FALSE(parse_duration(bad)) << bad;
    }
}

TEST(Quantity, CountsAreDigitsWithSingleUnderscores) {
    EXPECT_EQ(parse_count("1_024"), 1024U);
    EXPECT_EQ(parse_count("0"), 0U);
    EXPECT_EQ(parse_count("007"), 7U);
    EXPECT_EQ(parse_count("18446744073709551615"), most);
    for (const auto bad : {""sv, "_"sv, "1_"sv, "_1"sv, "1__2"sv, "18446744073709551616"sv, "184467440737095516150"sv, "-1"sv,
                           "+1"sv, "1.0"sv, "0x1"sv, "1e3"sv, " 1"sv, "1\n"sv, "\xEF\xBC\x91"sv, "1,000"sv}) {
        EXPECT_FALSE(parse_count(bad)) << bad;
    }
}

TEST(Quantity, DecimalsAreThousandths) {
    EXPECT_EQ(parse_thousandths("1.5"), 1500U);
    EXPECT_EQ(parse_thousandths("2"), 2000U);
    EXPECT_EQ(parse_thousandths("0.001"), 1U);
    EXPECT_EQ(parse_thousandths("18446744073709551.615"), most);
    for (const auto bad : {""sv, "."sv, "1."sv, ".5"sv, "1.0001"sv, "1.5.5"sv, "-1"sv, "1,5"sv, "18446744073709551.616"sv,
                           "18446744073709552"sv, "1._5"sv, "1e1"sv, "nan"sv}) {
        EXPECT_FALSE(parse_thousandths(bad)) << bad;
    }
}

TEST(Quantity, ModesAreOctalAndIdsAreNeitherNegativeNorTheLast) {
    EXPECT_EQ(parse_mode("755"), 0755U);
    EXPECT_EQ(parse_mode("1777"), 01777U);
    EXPECT_EQ(parse_mode("0"), 0U);
    for (const auto bad : {""sv, "8"sv, "10000"sv, "7777777777777777777777777"sv, "-1"sv, "0o7"sv, "u+x"sv, "7_5_5"sv}) {
        EXPECT_FALSE(parse_mode(bad)) << bad;
    }
    EXPECT_EQ(parse_id_pair("65532"), (IdPair{65532, 65532}));
    EXPECT_EQ(parse_id_pair("65532:100"), (IdPair{65532, 100}));
    EXPECT_EQ(parse_id_pair("4294967294"), (IdPair{4294967294U, 4294967294U}));
    for (const auto bad :
         {""sv, ":"sv, "1:"sv, ":1"sv, "4294967295"sv, "1:4294967295"sv, "4294967296"sv, "-1"sv, "1:2:3"sv, "root"sv, "1 :2"sv}) {
        EXPECT_FALSE(parse_id_pair(bad)) << bad;
    }
}

TEST(Quantity, TheShortestSpellingIsReadBackAsTheSame) {
    for (const std::uint64_t value :
         {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{999}, std::uint64_t{1000}, std::uint64_t{1023}, std::uint64_t{1024},
          std::uint64_t{90'000}, std::uint64_t{86'400'000}, std::uint64_t{1} << 40U, most, most - 1}) {
        EXPECT_EQ(parse_size(to_text(ByteSize{value})), ByteSize{value});
        EXPECT_EQ(parse_duration(to_text(Duration{value})), Duration{value});
        EXPECT_EQ(parse_thousandths(thousandths_to_text(value)), value);
    }
    EXPECT_EQ(to_text(ByteSize{512ULL << 20U}), "512M");
    EXPECT_EQ(to_text(ByteSize{1536ULL << 10U}), "1536K");
    EXPECT_EQ(to_text(Duration{90'000}), "90s");
    EXPECT_EQ(to_text(Duration{300'000}), "5m");
    EXPECT_EQ(thousandths_to_text(1500), "1.5");
    EXPECT_EQ(thousandths_to_text(1001), "1.001");
    EXPECT_EQ(thousandths_to_text(2000), "2");
}

}  // namespace
}  // namespace sbx::policy
