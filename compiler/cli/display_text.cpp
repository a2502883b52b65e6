// Escaping and measuring text for terminals; see the header. Tables here are ranges of Unicode 15, wide enough for alignment: a
// character that a terminal draws otherwise costs a misplaced caret, never a wrong message.
#include "compiler/cli/display_text.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <iterator>

namespace sbx::cli {
namespace {

struct Range {
    char32_t first;
    char32_t last;
};

/// Invisible or reordering: C0, DEL, C1, soft hyphen, bidirectional and zero-width controls, line separators, tags, non-characters.
constexpr std::array<Range, 14> hidden = {{{0x0000, 0x001F},
                                           {0x007F, 0x009F},
                                           {0x00AD, 0x00AD},
                                           {0x034F, 0x034F},
                                           {0x061C, 0x061C},
                                           {0x115F, 0x1160},
                                           {0x180E, 0x180E},
                                           {0x200B, 0x200F},
                                           {0x2028, 0x202E},
                                           {0x2060, 0x206F},
                                           {0x3164, 0x3164},
                                           {0xFEFF, 0xFEFF},
                                           {0xFFF0, 0xFFFB},
                                           {0xE0000, 0xE0FFF}}};

constexpr std::array<Range, 29> combining = {
    {{0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x05BF, 0x05BF}, {0x05C1, 0x05C2},  {0x05C4, 0x05C5},
     {0x0610, 0x061A}, {0x064B, 0x065F}, {0x0670, 0x0670}, {0x06D6, 0x06DC}, {0x06DF, 0x06E4},  {0x06E7, 0x06E8},
     {0x06EA, 0x06ED}, {0x0711, 0x0711}, {0x0730, 0x074A}, {0x093C, 0x093C}, {0x0941, 0x0948},  {0x094D, 0x094D},
     {0x0E31, 0x0E31}, {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x1AB0, 0x1ACE}, {0x1DC0, 0x1DFF},  {0x20D0, 0x20F0},
     {0x302A, 0x302D}, {0x3099, 0x309A}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0x1F3FB, 0x1F3FF}}};

constexpr std::array<Range, 20> wide = {
    {{0x1100, 0x115E}, {0x231A, 0x231B}, {0x23E9, 0x23EC}, {0x2614, 0x2615}, {0x26A1, 0x26A1}, {0x2705, 0x2705},  {0x274C, 0x274C},
     {0x2753, 0x2755}, {0x2E80, 0x303E}, {0x3041, 0x33FF}, {0x3400, 0x4DBF}, {0x4E00, 0x9FFF}, {0xA000, 0xA4CF},  {0xA960, 0xA97C},
     {0xAC00, 0xD7A3}, {0xF900, 0xFAFF}, {0xFE30, 0xFE6F}, {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6}, {0x1F300, 0x1FAFF}}};

template <std::size_t N>
bool lies_in(const std::array<Range, N>& ranges, char32_t code_point) {
    const auto after =
        std::upper_bound(ranges.begin(), ranges.end(), code_point, [](char32_t c, const Range& r) { return c < r.first; });
    return after != ranges.begin() && code_point <= std::prev(after)->last;
}

bool is_hidden(char32_t code_point) {
    return lies_in(hidden, code_point) || (code_point & 0xFFFEU) == 0xFFFEU;
}

/// The length of the sequence that `lead` opens, and the bits it contributes; 0 if it opens none.
std::uint32_t sequence_length(unsigned char lead) {
    if (lead < 0x80) {
        return 1;
    }
    if (lead >= 0xC2 && lead <= 0xDF) {
        return 2;
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
        return 3;
    }
    return lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
}

}  // namespace

DisplayUnit first_unit(std::string_view text) {
    constexpr std::array<char32_t, 5> lead_bits = {0, 0x7F, 0x1F, 0x0F, 0x07};
    constexpr std::array<char32_t, 5> smallest = {0, 0, 0x80, 0x800, 0x10000};
    const auto lead = static_cast<unsigned char>(text.front());
    const std::uint32_t length = sequence_length(lead);
    const DisplayUnit invalid{1, lead, false};
    if (length == 0 || length > text.size()) {
        return invalid;
    }
    char32_t code_point = lead & lead_bits[length];
    for (std::uint32_t i = 1; i < length; ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if ((byte & 0xC0U) != 0x80U) {
            return invalid;
        }
        code_point = (code_point << 6U) | (byte & 0x3FU);
    }
    const bool surrogate = code_point >= 0xD800 && code_point <= 0xDFFF;
    if (code_point < smallest[length] || surrogate || code_point > 0x10FFFF) {
        return invalid;
    }
    return {length, code_point, true};
}

std::string displayed(std::string_view text, const DisplayUnit& unit) {
    const auto value = static_cast<std::uint32_t>(unit.code_point);
    if (!unit.valid) {
        return fmt::format("\\x{:02x}", value);
    }
    if (!is_hidden(unit.code_point)) {
        return std::string(text.substr(0, unit.bytes));
    }
    if (unit.code_point == '\n') {
        return "\\n";
    }
    if (unit.code_point == '\t') {
        return "\\t";
    }
    return value < 0x80 ? fmt::format("\\x{:02x}", value) : fmt::format("\\u{{{:x}}}", value);
}

std::string displayed(std::string_view text) {
    std::string shown;
    shown.reserve(text.size());
    while (!text.empty()) {
        const DisplayUnit unit = first_unit(text);
        shown += displayed(text, unit);
        text.remove_prefix(unit.bytes);
    }
    return shown;
}

std::uint32_t column_width(char32_t code_point) {
    if (code_point < 0x300) {
        return 1;
    }
    if (lies_in(combining, code_point)) {
        return 0;
    }
    return lies_in(wide, code_point) || (code_point >= 0x20000 && code_point <= 0x3FFFD) ? 2 : 1;
}

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    while (!text.empty()) {
        const DisplayUnit unit = first_unit(text);
        width += column_width(unit.code_point);
        text.remove_prefix(unit.bytes);
    }
    return width;
}

}  // namespace sbx::cli
