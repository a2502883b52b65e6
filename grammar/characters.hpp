// Which byte may stand in which token, as tables. Assumes nothing; it is the lexical table of the language reference, and the only
// place where the hot loops look.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace sbx::characters {

// Sets of bytes; a byte is in any number of them.
inline constexpr unsigned blanks = 1;    ///< space, tab
inline constexpr unsigned newlines = 2;  ///< LF, CR
inline constexpr unsigned names = 4;     ///< inside a name
inline constexpr unsigned words = 8;   ///< inside any other run; control bytes and all over 7F too: the encoding check judges them
inline constexpr unsigned paths = 16;  ///< inside a bare path, as far as it is ASCII
inline constexpr unsigned strings = 32;     ///< inside a string, standing for itself
inline constexpr unsigned delimiters = 64;  ///< may directly follow a word, a value or a string

/// What a token that begins with the byte can be.
enum class Start : std::uint8_t {
    blank,
    newline,
    hash,
    semicolon,
    comma,
    brace_open,
    brace_close,
    bracket_open,
    bracket_close,
    quote,
    slash,
    dollar,
    at,
    digit,
    letter,
    colon,
    equals,
    star,
    question,
    other_word,  ///< `.` `-` `+` `~` `%`, and what is not ASCII
    misplaced    ///< ASCII that begins nothing
};

constexpr bool in(const char* set, char byte) {
    for (; *set != '\0'; ++set) {
        if (*set == byte) {
            return true;
        }
    }
    return false;
}

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
constexpr bool is_hex(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
/// Judged by the encoding check, and by nobody else: control bytes and all that is not ASCII.
constexpr bool is_foreign(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x7F || (byte < 0x20 && c != '\t' && c != '\n' && c != '\r');
}

constexpr std::uint8_t sets_of(char c) {
    unsigned sets = 0;
    sets |= c == ' ' || c == '\t' ? blanks | delimiters : 0U;
    sets |= c == '\n' || c == '\r' ? newlines | delimiters : 0U;
    sets |= in(",;{}[]=", c) ? delimiters : 0U;
    const bool named = is_letter(c) || is_digit(c) || c == '-';
    sets |= named ? names : 0U;
    sets |= named || is_foreign(c) || in("./:@+~%", c) ? words : 0U;
    const bool printable = c > ' ' || is_foreign(c);
    sets |= printable && static_cast<unsigned char>(c) < 0x80 && !in("{},#;[]\"*\\$?", c) ? paths : 0U;
    sets |= (printable || c == ' ' || c == '\t') && !in("\"\\$", c) ? strings : 0U;
    return static_cast<std::uint8_t>(sets);
}

constexpr Start start_of(char c) {
    constexpr const char* singles = "#;,{}[]\"/$@:=*?";
    constexpr Start kinds[] = {Start::hash,         Start::semicolon,     Start::comma,  Start::brace_open, Start::brace_close,
                               Start::bracket_open, Start::bracket_close, Start::quote,  Start::slash,      Start::dollar,
                               Start::at,           Start::colon,         Start::equals, Start::star,       Start::question};
    for (std::size_t i = 0; singles[i] != '\0'; ++i) {
        if (singles[i] == c) {
            return kinds[i];
        }
    }
    const std::uint8_t sets = sets_of(c);
    return (sets & blanks) != 0     ? Start::blank
           : (sets & newlines) != 0 ? Start::newline
           : is_digit(c)            ? Start::digit
           : is_letter(c)           ? Start::letter
           : (sets & words) != 0    ? Start::other_word
                                    : Start::misplaced;
}

template <class T, class Function>
constexpr std::array<T, 256> tabulate(Function function) {
    std::array<T, 256> table{};
    for (unsigned i = 0; i < table.size(); ++i) {
        table[i] = function(static_cast<char>(static_cast<unsigned char>(i)));
    }
    return table;
}

inline constexpr std::array<std::uint8_t, 256> set_table = tabulate<std::uint8_t>([](char c) { return sets_of(c); });
inline constexpr std::array<Start, 256> start_table = tabulate<Start>([](char c) { return start_of(c); });

inline bool is(char byte, unsigned sets) {
    return (set_table[static_cast<unsigned char>(byte)] & sets) != 0;
}
inline Start start(char byte) {
    return start_table[static_cast<unsigned char>(byte)];
}

/// The first place at or after `at` whose byte is in none of `sets`.
inline const char* skip(const char* at, const char* end, unsigned sets) {
    while (at != end && is(*at, sets)) {
        ++at;
    }
    return at;
}

/// The first place at or after `at` whose byte is in one of `sets`.
inline const char* find(const char* at, const char* end, unsigned sets) {
    while (at != end && !is(*at, sets)) {
        ++at;
    }
    return at;
}

}  // namespace sbx::characters
