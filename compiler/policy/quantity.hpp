// Numbers with units. Each parser takes the whole of `text` or nothing; no sign, no space, no locale; overflow is nothing.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sbx::policy {

/// Bytes.
struct ByteSize {
    std::uint64_t bytes = 0;
    friend auto operator<=>(const ByteSize&, const ByteSize&) = default;
};
/// Milliseconds.
struct Duration {
    std::uint64_t milliseconds = 0;
    friend auto operator<=>(const Duration&, const Duration&) = default;
};

/// `64M`, `1_024K`: B K M G T, powers of 1024. A bare number is nullopt.
[[nodiscard]] std::optional<ByteSize> parse_size(std::string_view text);
/// `5m`, `250ms`: ms s m h d.
[[nodiscard]] std::optional<Duration> parse_duration(std::string_view text);
/// `1_024`: digits, single underscores between digits.
[[nodiscard]] std::optional<std::uint64_t> parse_count(std::string_view text);
/// `1.5` or `2`, as thousandths; at most three decimals.
[[nodiscard]] std::optional<std::uint64_t> parse_thousandths(std::string_view text);
/// `755`, `1777`: at most 07777.
[[nodiscard]] std::optional<std::uint32_t> parse_mode(std::string_view text);
/// `65532` or `65532:100`: each below 2^32-1 (the last value means "no id" to the kernel, setresuid(2)).
struct IdPair {
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    friend auto operator<=>(const IdPair&, const IdPair&) = default;
};
[[nodiscard]] std::optional<IdPair> parse_id_pair(std::string_view text);

/// The shortest exact spelling in the language: `512M`, `1536K`, `5m`, `90s`, `1.5`.
[[nodiscard]] std::string to_text(ByteSize size);
[[nodiscard]] std::string to_text(Duration duration);
[[nodiscard]] std::string thousandths_to_text(std::uint64_t thousandths);

}  // namespace sbx::policy
