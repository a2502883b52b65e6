// Extents of mistakes. Each function prefers the reading under which the least is left that could be misread as a second mistake:
// quotes are taken up to their partner on the same line, runs up to the next white space.
#include "grammar/recovery.hpp"

#include "grammar/characters.hpp"
#include "grammar/encoding.hpp"
#include "grammar/scan.hpp"

#include <algorithm>
#include <array>

namespace sbx {

namespace {

using characters::is;

constexpr unsigned space = characters::blanks | characters::newlines;

Token mistaken(Mistake mistake, const char* end, const char* at, const char* to) {
    return {SyntaxKind::error, end, mistake, at, to};
}

std::string_view between(const char* begin, const char* end) {
    return {begin, static_cast<std::size_t>(end - begin)};
}

bool is_quote(char32_t value) {
    return value == 0x2018 || value == 0x2019 || (value >= 0x201C && value <= 0x201E) || value == 0xAB || value == 0xBB ||
           value == 0xFF02;
}

/// The place behind the next `partner` on this line, or null. What is far away is no partner: that keeps `((((…` linear.
const char* behind_partner(char partner, const char* at, const char* text_end) {
    constexpr std::ptrdiff_t farthest = 4096;
    const char* const end = at + std::min<std::ptrdiff_t>(text_end - at, farthest);
    while (at != end && *at != partner && !is(*at, characters::newlines)) {
        ++at;
    }
    return at != end && *at == partner ? at + 1 : nullptr;
}

/// The place behind the next typographic quote on this line, or null.
const char* behind_smart_quote(const char* at, const char* end) {
    const char* const line_end = find_line_end(at, end);
    while (at != line_end) {
        const CodePoint point = decode_utf8(between(at, line_end));
        at += point.length;
        if (point.valid && is_quote(point.value)) {
            return at;
        }
    }
    return nullptr;
}

/// One step through a broken path: behind the byte at `at`, or behind what belongs to it.
const char* step_in_path(const char* at, const char* end) {
    const char* const next = at + 1;
    if (*at == '"') {
        const char* const quoted = behind_partner('"', next, end);
        return quoted == nullptr ? next : quoted;
    }
    if (*at == '\\' && next != end && *next == ' ') {
        return next + 1;
    }
    if (*at == '$' && next != end && *next == '{') {
        const char* const closed = characters::skip(next + 1, end, characters::names);
        return closed != end && *closed == '}' ? closed + 1 : next;
    }
    if (*at == '{') {
        const char* const expansion = brace_expansion_end(at, end);
        return expansion == nullptr ? next : expansion;
    }
    return next;
}

}  // namespace

Token broken_path(const char* first_bad, const Place& place) {
    const char* glob = nullptr;
    std::size_t brackets = 0;
    const char* at = first_bad;
    while (at != place.end && !is(*at, space) && *at != '}' && *at != ',') {
        if ((*at == ';' && semicolon_ends_statement(at, place.end)) || (*at == ']' && place.in_list && brackets == 0) ||
            (*at == '{' && brace_expansion_end(at, place.end) == nullptr)) {
            break;
        }
        brackets += *at == '[' ? 1U : 0U;
        brackets -= *at == ']' && brackets > 0 ? 1U : 0U;
        const char* const next = step_in_path(at, place.end);
        const bool mark = *at == '?' && (next == place.end || is(*next, characters::delimiters));
        if (glob == nullptr && characters::in("*[{?", *at) && !mark) {
            glob = at;
        }
        at = next;
    }
    return glob != nullptr ? mistaken(Mistake::glob_in_path, at, glob, glob + 1)
                           : mistaken(Mistake::character_in_path, at, first_bad, first_bad + 1);
}

const char* brace_expansion_end(const char* brace, const char* end) {
    // Longer ones exist, but not in a policy; the bound keeps a file of `/{/{/{…` linear.
    constexpr std::ptrdiff_t longest = 4096;
    bool comma = false;
    const char* const limit = brace + std::min<std::ptrdiff_t>(end - brace, longest);
    for (const char* at = brace + 1; at != limit && !is(*at, space) && *at != '{'; ++at) {
        if (*at == '}') {
            return comma ? at + 1 : nullptr;
        }
        comma = comma || *at == ',';
    }
    return nullptr;
}

Token misplaced_character(const Place& place) {
    const char c = *place.at;
    const char* const next = place.at + 1;
    if (c == '\'' || c == '`') {
        const char* const end = behind_partner(c, next, place.end);
        return mistaken(Mistake::single_quotes, end == nullptr ? stuck_text_end(place.at, place.end) : end, place.at, next);
    }
    if (c == '(') {
        const char* const end = behind_partner(')', next, place.end);
        return mistaken(Mistake::unexpected_character, end == nullptr ? next : end, place.at, next);
    }
    if (c == '\\' && (next == place.end || is(*next, space))) {
        return mistaken(Mistake::line_continuation, next, place.at, next);
    }
    const char* end = next;
    while (end != place.end && *end == c) {
        ++end;
    }
    return mistaken(Mistake::unexpected_character, end, place.at, end);
}

Token skipped_nest(const Place& place) {
    std::size_t depth = 0;
    const char* at = place.at;
    while (at != place.end) {
        const char c = *at++;
        if (c == '"') {
            const char* const quoted = behind_partner('"', at, place.end);
            at = quoted == nullptr ? find_line_end(at, place.end) : quoted;
        } else if (c == '#' && is(at[-2], space)) {
            at = find_line_end(at, place.end);
        } else if (c == '{' || c == '[') {
            ++depth;
        } else if ((c == '}' || c == ']') && --depth == 0) {
            break;
        }
    }
    return mistaken(Mistake::nested_too_deep, at, place.at, place.at + 1);
}

const char* stuck_text_end(const char* at, const char* end) {
    while (at != end) {
        if (*at == '"') {
            const char* const quoted = behind_partner('"', at + 1, end);
            at = quoted == nullptr ? at + 1 : quoted;
        } else if (*at == '$' && at + 1 != end && at[1] == '{') {
            const char* const closed = characters::skip(at + 2, end, characters::names);
            at = closed != end && *closed == '}' ? closed + 1 : at + 1;
        } else if (is(*at, characters::delimiters)) {
            break;
        } else {
            ++at;
        }
    }
    return at;
}

std::optional<std::string_view> lookalike(char32_t value) {
    static constexpr std::string_view ascii =
        "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";
    if (is_quote(value)) {
        return "\"";
    }
    if (value >= 0xFF01 && value <= 0xFF5E) {
        return ascii.substr(value - 0xFF01, 1);
    }
    if (value == 0xA0 || value == 0x3000 || value == 0x202F || value == 0x205F || (value >= 0x2000 && value <= 0x200A)) {
        return " ";
    }
    if ((value >= 0x2010 && value <= 0x2015) || value == 0x2212) {
        return "-";
    }
    if (value == 0x2192 || value == 0x21D2) {
        return "->";
    }
    if (value == 0x3001 || value == 0x060C || value == 0xFF64) {
        return ",";
    }
    return value == 0x061B || value == 0x037E ? std::optional<std::string_view>(";") : std::nullopt;
}

std::optional<Token> find_lookalike(const char* begin, const char* run_end, const char* end) {
    for (const char* at = begin; at != run_end;) {
        if (static_cast<unsigned char>(*at) < 0x80) {
            ++at;
            continue;
        }
        const CodePoint point = decode_utf8(between(at, run_end));
        const char* const next = at + point.length;
        if (point.valid && lookalike(point.value)) {
            const char* const partner = is_quote(point.value) ? behind_smart_quote(next, end) : nullptr;
            return mistaken(Mistake::lookalike, partner == nullptr ? run_end : std::max(partner, run_end), at, next);
        }
        at = next;
    }
    return std::nullopt;
}

bool opens_top_level_statement(std::string_view word) {
    static constexpr auto openers = std::to_array<std::string_view>(
        {"sbx",         "profile", "fragment", "description", "use",     "extends",    "within",    "final",
         "waive",       "let",     "param",    "may-degrade", "target",  "filesystem", "network",   "limits",
         "environment", "process", "syscalls", "sockets",     "require", "test",       "unconfined"});
    return std::find(openers.begin(), openers.end(), word) != openers.end();
}

}  // namespace sbx
