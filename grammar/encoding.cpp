// The encoding check. Most policies are plain ASCII, so blocks of bytes are first tested as a whole, and only a block that holds
// something else is decoded. Guarantees linear time for any bytes.
#include "grammar/encoding.hpp"

#include "grammar/characters.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace sbx {

namespace {

constexpr std::size_t block_size = 64;

/// Anything but tab, LF and printable ASCII needs a closer look.
bool is_plain(const char* block) {
    unsigned odd = 0;
    for (std::size_t i = 0; i < block_size; ++i) {
        const auto byte = static_cast<unsigned char>(block[i]);
        const bool plain = (byte >= 0x20 && byte < 0x7F) || byte == '\n' || byte == '\t';
        odd |= plain ? 0U : 1U;
    }
    return odd == 0;
}

struct Checker {
    std::string_view text;
    std::size_t limit;
    std::vector<EncodingMistake> mistakes{};
    std::size_t misleading = 0;
    bool spoke_of_encoding = false;

    void once(EncodingProblem problem, std::size_t at, const CodePoint& point) {
        const auto known = std::find_if(mistakes.begin(), mistakes.end(), [&](const auto& m) { return m.problem == problem; });
        if (known != mistakes.end()) {
            ++known->count;
            return;
        }
        add(problem, at, point);
    }

    void add(EncodingProblem problem, std::size_t at, const CodePoint& point) {
        const auto begin = static_cast<std::uint32_t>(at);
        mistakes.push_back({problem, {begin, begin + point.length}, point.value});
    }

    void encoding(EncodingProblem problem, std::size_t at, const CodePoint& point) {
        if (!spoke_of_encoding) {
            spoke_of_encoding = true;
            add(problem, at, point);
        }
    }

    /// Judges the code point at `at`; returns its length.
    std::size_t judge(std::size_t at) {
        const CodePoint point = decode_utf8(text.substr(at));
        if (!point.valid) {
            encoding(EncodingProblem::not_utf8, at, point);
        } else if (point.value == 0) {
            encoding(EncodingProblem::nul, at, point);
        } else if (point.value == '\r') {
            if (at + 1 == text.size() || text[at + 1] != '\n') {
                once(EncodingProblem::lone_return, at, point);
            }
        } else if (point.value < 0x80 && characters::is_foreign(text[at])) {
            once(EncodingProblem::control_character, at, point);
        } else if (misleads(point.value) && misleading < limit) {
            ++misleading;
            add(EncodingProblem::misleading, at, point);
        }
        return point.length;
    }
};

}  // namespace

CodePoint decode_utf8(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = byte(0);
    if (first < 0x80) {
        return {first, 1, true};
    }
    const std::uint32_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || length > text.size()) {
        return {};
    }
    char32_t value = first & (0x7FU >> length);
    for (std::uint32_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U) {
            return {};
        }
        value = value << 6U | (byte(i) & 0x3FU);
    }
    constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
    if (value < smallest.at(length) || !is_scalar_value(value)) {
        return {};
    }
    return {value, length, true};
}

bool is_scalar_value(char32_t value) {
    return value < 0xD800 || (value > 0xDFFF && value <= 0x10FFFF);
}

void append_utf8(std::string& text, char32_t value) {
    const auto continuation = [&](unsigned shift) { text += static_cast<char>(0x80U | (value >> shift & 0x3FU)); };
    if (value < 0x80) {
        text += static_cast<char>(value);
    } else if (value < 0x800) {
        text += static_cast<char>(0xC0U | value >> 6U);
        continuation(0);
    } else if (!is_scalar_value(value)) {
        return;
    } else if (value < 0x10000) {
        text += static_cast<char>(0xE0U | value >> 12U);
        continuation(6);
        continuation(0);
    } else {
        text += static_cast<char>(0xF0U | value >> 18U);
        continuation(12);
        continuation(6);
        continuation(0);
    }
}

std::string code_point_name(char32_t value) {
    return fmt::format("U+{:04X}", static_cast<std::uint32_t>(value));
}

bool is_bidirectional_control(char32_t value) {
    // Bidi_Control of Unicode's PropList.txt.
    return value == 0x061C || value == 0x200E || value == 0x200F || (value >= 0x202A && value <= 0x202E) ||
           (value >= 0x2066 && value <= 0x2069);
}

bool misleads(char32_t value) {
    if (value < 0x80) {
        return false;
    }
    const bool invisible = value == 0x00AD || value == 0x200B || value == 0xFEFF || (value >= 0x2060 && value <= 0x2064) ||
                           (value >= 0xE0000 && value <= 0xE007F);
    const bool control = value <= 0x9F;                         // C1; U+0085 is a line end to some editors
    const bool separator = value == 0x2028 || value == 0x2029;  // shown as a line end, and none to us
    return invisible || control || separator || is_bidirectional_control(value);
}

std::vector<EncodingMistake> check_encoding(std::string_view text, std::size_t limit) {
    Checker checker{text, limit};
    std::size_t at = 0;
    if (text.substr(0, 3) == "\xEF\xBB\xBF") {
        checker.encoding(EncodingProblem::byte_order_mark, 0, {0xFEFF, 3, true});
        at = 3;
    }
    while (at < text.size()) {
        const std::size_t left = text.size() - at;
        if (left >= block_size && is_plain(text.data() + at)) {
            at += block_size;
            continue;
        }
        const std::size_t end = at + std::min(left, block_size);
        while (at < end) {
            at += checker.judge(at);
        }
    }
    return std::move(checker.mistakes);
}

}  // namespace sbx
