// Decimal numbers as the artifacts and the command line write them: digits only, no sign, no blank, no leading zero.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sbx::runtime {

/// Absent if `text` is anything but a number that fits.
[[nodiscard]] inline std::optional<std::uint64_t> read_number(std::string_view text) {
    std::uint64_t value = 0;
    if (text.empty() || text.front() < '0' || text.front() > '9' || (text.size() > 1 && text.front() == '0')) {
        return std::nullopt;
    }
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error != std::errc{} || stop != end) {
        return std::nullopt;
    }
    return value;
}

/// Names of environment variables and of launch parameters: `[A-Za-z_][A-Za-z0-9_]*`; parameters may hold `-` too.
[[nodiscard]] inline bool is_name(std::string_view text, bool dashes = false) {
    if (text.empty() || text.size() > 255 || (text.front() >= '0' && text.front() <= '9') || text.front() == '-') {
        return false;
    }
    for (const char c : text) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && c != '_' && !(dashes && c == '-')) {
            return false;
        }
    }
    return true;
}

}  // namespace sbx::runtime
