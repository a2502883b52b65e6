// Names, words, values, paths, strings. The common way through each is one table look-up a byte; everything that is wrong goes to
// recovery.cpp.
#include "grammar/scan_runs.hpp"

#include "grammar/characters.hpp"
#include "grammar/encoding.hpp"
#include "grammar/recovery.hpp"
#include "grammar/scan.hpp"
#include "grammar/string_literal.hpp"

#include <algorithm>

namespace sbx {

using characters::is;

namespace {

/// More than a range of two IPv6 addresses needs. It bounds how far a name looks ahead, so that `a:a:a:…` costs linear time.
constexpr std::ptrdiff_t longest_address = 128;

/// At least two colons, and nothing but what an IPv6 address, prefix or range is written with.
bool is_ipv6(std::string_view run) {
    std::size_t colons = 0;
    for (const char c : run) {
        colons += c == ':' ? 1U : 0U;
        if (!characters::is_hex(c) && c != ':' && c != '.' && c != '/' && c != '-') {
            return false;
        }
    }
    return colons >= 2;
}

}  // namespace

namespace scanner {

Token finish_run(SyntaxKind kind, const char* end, const Place& place) {
    if (end != place.end && !is(*end, characters::delimiters)) {
        const char next = *end;
        if (next == '>' && end[-1] == '-' && end - place.at > 1) {
            --end;  // `a->b`: the arrow is no part of the run
        } else if (next == '"') {
            return bad(Mistake::quote_in_word, stuck_text_end(place.at, place.end), end, end + 1);
        } else if (next == '*') {
            const char* after = end + 1;
            if (kind == SyntaxKind::name && (after == place.end || is(*after, characters::delimiters))) {
                return good(SyntaxKind::pattern, after);
            }
            return bad(Mistake::misplaced_star, stuck_text_end(place.at, place.end), end, after);
        } else if (next == '$') {
            return bad(Mistake::misplaced_dollar, stuck_text_end(place.at, place.end), end, end + 1);
        }
    }
    if (kind != SyntaxKind::name) {
        if (auto mistake = find_lookalike(place.at, end, place.end)) {
            return *mistake;
        }
    }
    return good(kind, end);
}

Token scan_word(const Place& place) {
    const char* const end = characters::skip(place.at, place.end, characters::words);
    const SyntaxKind kind = is_ipv6(between(place.at, end)) ? SyntaxKind::literal : SyntaxKind::word;
    return finish_run(kind, end, place);
}

Token scan_name(const Place& place) {
    const char* const end = characters::skip(place.at, place.end, characters::names);
    if (end == place.end || is(*end, characters::delimiters)) {
        return good(SyntaxKind::name, end);
    }
    if (*end == ':') {
        const char* const limit = end + std::min<std::ptrdiff_t>(place.end - end, longest_address);
        const char* const run_end = characters::skip(end, limit, characters::words);
        const bool more = end + 1 != place.end && end[1] == ':';
        if (!more && !is_ipv6(between(place.at, run_end))) {
            return good(SyntaxKind::name, end);
        }
    }
    return is(*end, characters::words) ? scan_word(place) : finish_run(SyntaxKind::name, end, place);
}

Token scan_path(const char* from, const Place& place) {
    const char* at = characters::skip(from, place.end, characters::paths);
    while (at != place.end && static_cast<unsigned char>(*at) >= 0x80) {
        const CodePoint point = decode_utf8(between(at, place.end));
        const char* const next = at + point.length;
        if (point.valid && lookalike(point.value)) {
            return bad(Mistake::lookalike, broken_path(at, place).end, at, next);
        }
        at = characters::skip(next, place.end, characters::paths);
    }
    const auto ends = [&](const char* p) {
        return p == place.end || is(*p, characters::blanks | characters::newlines) || characters::in("{},", *p) ||
               (*p == ';' && semicolon_ends_statement(p, place.end)) || (*p == ']' && place.in_list);
    };
    if (ends(at)) {
        const bool expansion = at != place.end && *at == '{' && brace_expansion_end(at, place.end) != nullptr;
        return expansion ? broken_path(at, place) : good(SyntaxKind::path, at);
    }
    if (*at == '?' && ends(at + 1)) {
        return good(SyntaxKind::path, at);
    }
    return broken_path(at, place);
}

Token scan_string(const Place& place) {
    const char* at = place.at + 1;
    Token result = good(SyntaxKind::string, nullptr);
    for (;;) {
        at = characters::skip(at, place.end, characters::strings);
        if (at == place.end || *at == '\n' || *at == '\r') {
            return bad(Mistake::unterminated_string, at, place.at, place.at + 1);
        }
        if (*at == '"') {
            break;
        }
        const StringEscape escape = scan_escape(between(at, place.end));
        if (escape.form == StringEscape::Form::bad && result.mistake == Mistake::none) {
            result = bad(Mistake::bad_escape, nullptr, at, at + escape.length);
        }
        at += escape.length;
    }
    result.end = ++at;
    const bool free = at == place.end || is(*at, characters::delimiters) || *at == '?' || *at == '#';
    if (result.mistake == Mistake::none && !free) {
        const char* const end = stuck_text_end(at, place.end);
        return bad(Mistake::text_after_string, end, at, end);
    }
    return result;
}

Token scan_variable(const Place& place) {
    const char* const begin = place.at + 1;
    if (begin == place.end || !characters::is_letter(*begin)) {
        return bad(Mistake::misplaced_dollar, stuck_text_end(place.at, place.end), place.at, place.at + 1);
    }
    const char* const end = characters::skip(begin, place.end, characters::names);
    if (end != place.end && *end == '/') {
        return scan_path(end, place);
    }
    if (end != place.end && is(*end, characters::words)) {
        const char* const stuck = stuck_text_end(end, place.end);
        return bad(Mistake::text_after_variable, stuck, end, stuck);
    }
    return finish_run(SyntaxKind::variable, end, place);
}

Token scan_address_set(const Place& place) {
    const char* const begin = place.at + 1;
    const char* const end = characters::skip(begin, place.end, characters::names);
    const bool more = end != place.end && is(*end, characters::words);
    if (end == begin || !characters::is_letter(*begin) || more) {
        return bad(Mistake::misplaced_at, stuck_text_end(place.at, place.end), place.at, place.at + 1);
    }
    return finish_run(SyntaxKind::address_set, end, place);
}

Token scan_target(const Place& place) {
    if (*place.at == '"') {
        return scan_string(place);
    }
    const char* end = place.at;
    while (end != place.end && !is(*end, characters::blanks | characters::newlines) && *end != ';' && *end != '}') {
        ++end;
    }
    if (auto mistake = find_lookalike(place.at, end, place.end)) {
        return *mistake;
    }
    return good(*place.at == '/' ? SyntaxKind::path : SyntaxKind::word, end);
}

Token scan_literal(const Place& place) {
    return finish_run(SyntaxKind::literal, characters::skip(place.at, place.end, characters::words), place);
}

}  // namespace scanner

const char* endpoint_end(const char* bracket, const char* end) {
    const char* const limit = bracket + std::min<std::ptrdiff_t>(end - bracket, longest_address);
    const char* at = bracket + 1;
    while (at != limit && (characters::is_hex(*at) || *at == ':' || *at == '.')) {
        ++at;
    }
    if (limit - at < 3 || at[0] != ']' || at[1] != ':' || !characters::is_digit(at[2]) ||
        !is_ipv6(scanner::between(bracket + 1, at))) {
        return nullptr;
    }
    return characters::skip(at + 2, end, characters::words);
}

}  // namespace sbx
