// Numbers with units. Every parser works on ASCII bytes with checked arithmetic and takes all of its input or nothing; every
// printer gives the shortest text that its parser reads back as the same value.
#include "compiler/policy/quantity.hpp"

#include <array>
#include <cstddef>
#include <limits>

namespace sbx::policy {
namespace {

constexpr std::uint64_t greatest = std::numeric_limits<std::uint64_t>::max();

struct Unit {
    std::string_view name;
    std::uint64_t scale;
};
// From the largest to the smallest, which printing relies on.
constexpr std::array<Unit, 5> size_units{
    {{"T", 1ULL << 40U}, {"G", 1ULL << 30U}, {"M", 1ULL << 20U}, {"K", 1ULL << 10U}, {"B", 1ULL}}};
constexpr std::array<Unit, 5> duration_units{
    {{"d", 86'400'000ULL}, {"h", 3'600'000ULL}, {"m", 60'000ULL}, {"s", 1000ULL}, {"ms", 1ULL}}};

bool is_decimal(char c) {
    return c >= '0' && c <= '9';
}

/// One or more digits of `base` (at most 10) whose value is at most `limit`.
std::optional<std::uint64_t> parse_digits(std::string_view text, std::uint64_t base, std::uint64_t limit) {
    if (text.empty()) {
        return std::nullopt;
    }
    std::uint64_t value = 0;
    for (const char c : text) {
        if (!is_decimal(c) || static_cast<std::uint64_t>(c - '0') >= base) {
            return std::nullopt;
        }
        const auto digit = static_cast<std::uint64_t>(c - '0');
        if (value > (limit - digit) / base || digit > limit) {
            return std::nullopt;
        }
        value = value * base + digit;
    }
    return value;
}

template <std::size_t Count>
std::optional<std::uint64_t> parse_with_unit(std::string_view text, const std::array<Unit, Count>& units) {
    std::size_t digits = 0;
    while (digits < text.size() && (is_decimal(text[digits]) || text[digits] == '_')) {
        ++digits;
    }
    const std::optional<std::uint64_t> number = parse_count(text.substr(0, digits));
    for (const Unit& unit : units) {
        if (text.substr(digits) == unit.name) {
            return number && *number <= greatest / unit.scale ? std::optional(*number * unit.scale) : std::nullopt;
        }
    }
    return std::nullopt;
}

/// The largest unit that divides the value gives the fewest digits.
template <std::size_t Count>
std::string with_unit(std::uint64_t value, const std::array<Unit, Count>& units) {
    for (const Unit& unit : units) {
        if (value % unit.scale == 0) {
            return std::to_string(value / unit.scale).append(unit.name);
        }
    }
    return {};
}

}  // namespace

std::optional<ByteSize> parse_size(std::string_view text) {
    const std::optional<std::uint64_t> bytes = parse_with_unit(text, size_units);
    return bytes ? std::optional(ByteSize{*bytes}) : std::nullopt;
}

std::optional<Duration> parse_duration(std::string_view text) {
    const std::optional<std::uint64_t> milliseconds = parse_with_unit(text, duration_units);
    return milliseconds ? std::optional(Duration{*milliseconds}) : std::nullopt;
}

std::optional<std::uint64_t> parse_count(std::string_view text) {
    std::string digits;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '_') {
            digits.push_back(text[i]);
        } else if (i == 0 || i + 1 == text.size() || !is_decimal(text[i - 1]) || !is_decimal(text[i + 1])) {
            return std::nullopt;
        }
    }
    return parse_digits(digits, 10, greatest);
}

std::optional<std::uint64_t> parse_thousandths(std::string_view text) {
    const std::size_t point = text.find('.');
    const std::optional<std::uint64_t> whole = parse_count(text.substr(0, point));
    if (!whole || *whole > greatest / 1000) {
        return std::nullopt;
    }
    if (point == std::string_view::npos) {
        return *whole * 1000;
    }
    std::string decimals(text.substr(point + 1));
    if (decimals.empty() || decimals.size() > 3) {
        return std::nullopt;
    }
    decimals.resize(3, '0');
    const std::optional<std::uint64_t> fraction = parse_digits(decimals, 10, 999);
    if (!fraction || *fraction > greatest - *whole * 1000) {
        return std::nullopt;
    }
    return *whole * 1000 + *fraction;
}

std::optional<std::uint32_t> parse_mode(std::string_view text) {
    const std::optional<std::uint64_t> mode = parse_digits(text, 8, 07777);
    return mode ? std::optional(static_cast<std::uint32_t>(*mode)) : std::nullopt;
}

std::optional<IdPair> parse_id_pair(std::string_view text) {
    constexpr std::uint64_t largest_id = std::numeric_limits<std::uint32_t>::max() - 1;
    const std::size_t colon = text.find(':');
    const std::optional<std::uint64_t> uid = parse_digits(text.substr(0, colon), 10, largest_id);
    const std::optional<std::uint64_t> gid =
        colon == std::string_view::npos ? uid : parse_digits(text.substr(colon + 1), 10, largest_id);
    if (!uid || !gid) {
        return std::nullopt;
    }
    return IdPair{static_cast<std::uint32_t>(*uid), static_cast<std::uint32_t>(*gid)};
}

std::string to_text(ByteSize size) {
    return size.bytes == 0 ? "0B" : with_unit(size.bytes, size_units);
}

std::string to_text(Duration duration) {
    return duration.milliseconds == 0 ? "0s" : with_unit(duration.milliseconds, duration_units);
}

std::string thousandths_to_text(std::uint64_t thousandths) {
    std::string text = std::to_string(thousandths / 1000);
    if (thousandths % 1000 != 0) {
        text += "." + std::to_string(1000 + thousandths % 1000).substr(1);
        text.resize(text.find_last_not_of('0') + 1);
    }
    return text;
}

}  // namespace sbx::policy
