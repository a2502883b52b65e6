// The scanner: punctuation, and the table that says by its first byte how a token is scanned. What is longer than punctuation is in
// scan_runs.cpp.
#include "grammar/scan.hpp"

#include "grammar/characters.hpp"
#include "grammar/recovery.hpp"
#include "grammar/scan_runs.hpp"

#include <array>
#include <cstddef>
#include <cstring>
#include <utility>

namespace sbx {

namespace {

using characters::is;
using characters::Start;
using scanner::bad;
using scanner::good;
using scanner::scan_word;

Token scan_colon(const Place& place) {
    const char* const next = place.at + 1;
    if (next != place.end && *next == '=') {
        return bad(Mistake::colon_equals, next + 1, place.at, next + 1);
    }
    if (place.last == SyntaxKind::name && (next == place.end || *next != ':')) {
        return good(SyntaxKind::colon, next);
    }
    const bool before_arrow = place.end - next >= 2 && next[0] == '-' && next[1] == '>';
    const bool lone = next == place.end || !is(*next, characters::words) || before_arrow;
    return lone ? bad(Mistake::lone_colon, next, place.at, next) : scan_word(place);
}

Token scan_equals(const Place& place) {
    const char* const next = place.at + 1;
    const char second = next == place.end ? '\0' : *next;
    if (second == '>') {
        return bad(Mistake::fat_arrow, next + 1, place.at, next + 1);
    }
    if (second == '=') {
        return bad(Mistake::double_equals, next + 1, place.at, next + 1);
    }
    return good(SyntaxKind::equals, next);
}

Token scan_star(const Place& place) {
    const char* const next = place.at + 1;
    if (next == place.end || is(*next, characters::delimiters)) {
        return good(SyntaxKind::pattern, next);
    }
    return bad(Mistake::misplaced_star, stuck_text_end(place.at, place.end), place.at, next);
}

Token scan_question(const Place& place) {
    const char* const next = place.at + 1;
    const bool markable = place.last == SyntaxKind::path || place.last == SyntaxKind::string || place.last == SyntaxKind::variable;
    const bool ends = next == place.end || is(*next, characters::delimiters);
    if (place.adjacent && markable && ends) {
        return good(SyntaxKind::question, next);
    }
    return bad(Mistake::misplaced_question, next, place.at, next);
}

Token scan_other_word(const Place& place) {
    const char* const next = place.at + 1;
    if (*place.at == '-' && next != place.end && *next == '>') {
        return good(SyntaxKind::arrow, next + 1);
    }
    return scan_word(place);
}

Token scan_slash(const Place& place) {
    const char* const after = place.at + 2;
    if (place.end - place.at >= 2 && (place.at[1] == '/' || place.at[1] == '*')) {
        // Nor is `//` alone a path where a separator or a bracket follows: white space there would make another thing of it.
        const bool spaced =
            after == place.end || is(*after, characters::blanks | characters::newlines) || characters::in(",;{}]", *after);
        if (place.last == SyntaxKind::file || (spaced && place.at[1] == '/')) {
            return bad(Mistake::foreign_comment, find_line_end(place.at, place.end), place.at, after);
        }
    }
    return scanner::scan_path(place.at, place);
}

Token scan_comma(const Place& place) {
    const bool separates =
        place.last != SyntaxKind::file && place.last != SyntaxKind::comma && place.last != SyntaxKind::bracket_open;
    return separates ? good(SyntaxKind::comma, place.at + 1)
                     : bad(Mistake::comma_without_value, place.at + 1, place.at, place.at + 1);
}

Token scan_hash(const Place& place) {
    return bad(Mistake::comment_without_space, find_line_end(place.at, place.end), place.at, place.at + 1);
}

Token scan_endpoint(const Place& place) {
    return good(SyntaxKind::literal, endpoint_end(place.at, place.end));
}

/// A byte that is wrong wherever the grammar asks for a token at it.
template <Mistake mistake>
Token scan_wrong(const Place& place) {
    return bad(mistake, place.at + 1, place.at, place.at + 1);
}

using Scanner = Token (*)(const Place&);

/// Who scans a token by its first byte. White space never gets here.
constexpr std::pair<Start, Scanner> by_first_byte[] = {
    {Start::letter, scanner::scan_name},
    {Start::digit, scanner::scan_literal},
    {Start::quote, scanner::scan_string},
    {Start::dollar, scanner::scan_variable},
    {Start::at, scanner::scan_address_set},
    {Start::slash, scan_slash},
    {Start::colon, scan_colon},
    {Start::equals, scan_equals},
    {Start::star, scan_star},
    {Start::question, scan_question},
    {Start::other_word, scan_other_word},
    {Start::comma, scan_comma},
    {Start::hash, scan_hash},
    {Start::bracket_open, scan_endpoint},
    {Start::semicolon, scan_wrong<Mistake::semicolon_without_space>},
    {Start::brace_open, scan_wrong<Mistake::block_without_keyword>},
    {Start::brace_close, scan_wrong<Mistake::stray_brace>},
    {Start::bracket_close, scan_wrong<Mistake::stray_bracket>},
    {Start::misplaced, misplaced_character},
};

constexpr auto scanners = [] {
    std::array<Scanner, static_cast<std::size_t>(Start::misplaced) + 1> table{};
    for (const auto& [start, scanner] : by_first_byte) {
        table[static_cast<std::size_t>(start)] = scanner;
    }
    return table;
}();

}  // namespace

bool semicolon_ends_statement(const char* at, const char* end) {
    const char* const next = at + 1;
    return next == end || is(*next, characters::blanks | characters::newlines) || *next == '}';
}

const char* find_line_end(const char* at, const char* end) {
    const void* const found = at == end ? nullptr : std::memchr(at, '\n', static_cast<std::size_t>(end - at));
    const char* const line_end = found == nullptr ? end : static_cast<const char*>(found);
    return found != nullptr && line_end != at && line_end[-1] == '\r' ? line_end - 1 : line_end;
}

Token scan_token(const Place& place) {
    const Start start = characters::start(*place.at);
    if (place.last == SyntaxKind::arrow && start != Start::semicolon && start != Start::brace_close) {
        return scanner::scan_target(place);
    }
    return scanners[static_cast<std::size_t>(start)](place);
}

}  // namespace sbx
