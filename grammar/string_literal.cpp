// Strings: escapes and references, read and written. Guarantees that quote_string writes only what scan_escape reads.
#include "grammar/string_literal.hpp"

#include "grammar/characters.hpp"
#include "grammar/encoding.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace sbx {

namespace {

unsigned hex_value(char c) {
    return static_cast<unsigned>(characters::is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
}

std::size_t hex_run(std::string_view text, std::size_t from, std::size_t most) {
    std::size_t length = 0;
    while (length < most && from + length < text.size() && characters::is_hex(text[from + length])) {
        ++length;
    }
    return length;
}

char32_t hex_number(std::string_view digits) {
    char32_t value = 0;
    for (const char digit : digits) {
        value = value * 16 + hex_value(digit);
    }
    return value;
}

StringEscape plain(std::size_t length, std::string value) {
    return {StringEscape::Form::plain, length, std::move(value)};
}

StringEscape bad(std::size_t length) {
    return {StringEscape::Form::bad, length, {}};
}

/// `\xHH`, from 01 to 7F.
StringEscape scan_byte(std::string_view text) {
    const std::size_t digits = hex_run(text, 2, 2);
    const char32_t value = hex_number(text.substr(2, digits));
    if (digits < 2 || value == 0 || value > 0x7F) {
        return bad(2 + digits);
    }
    return plain(4, std::string(1, static_cast<char>(value)));
}

/// `\u{H…}`, one to six digits, a scalar value but 0.
StringEscape scan_unicode(std::string_view text) {
    if (text.size() < 3 || text[2] != '{') {
        return bad(2);
    }
    const std::size_t digits = hex_run(text, 3, 6);
    const std::size_t end = 3 + digits;
    if (end >= text.size() || text[end] != '}') {
        return bad(end);
    }
    const char32_t value = hex_number(text.substr(3, digits));
    if (digits == 0 || value == 0 || !is_scalar_value(value)) {
        return bad(end + 1);
    }
    StringEscape result = plain(end + 1, {});
    append_utf8(result.value, value);
    return result;
}

StringEscape scan_reference(std::string_view text) {
    if (text.size() < 2 || text[1] != '{') {
        return plain(1, "$");
    }
    std::size_t end = 2;
    while (end < text.size() && characters::is(text[end], characters::names)) {
        ++end;
    }
    const bool closed = end < text.size() && text[end] == '}';
    const bool named = end > 2 && characters::is_letter(text[2]);
    if (!closed || !named) {
        return bad(closed ? end + 1 : end);
    }
    return {StringEscape::Form::reference, end + 1, std::string(text.substr(2, end - 2))};
}

/// Appends literal bytes to the last piece, or begins one.
void add_literal(std::vector<StringPiece>& pieces, std::string_view bytes, Span span) {
    if (!pieces.empty() && !pieces.back().is_reference) {
        pieces.back().value += bytes;
        pieces.back().span.end = span.end;
        return;
    }
    pieces.push_back({false, std::string(bytes), span});
}

}  // namespace

StringEscape scan_escape(std::string_view text) {
    if (text[0] == '$') {
        return scan_reference(text);
    }
    const char kind = text.size() > 1 ? text[1] : '\0';
    switch (kind) {
        case '\\':
        case '"':
            return plain(2, std::string(1, kind));
        case 'n':
            return plain(2, "\n");
        case 't':
            return plain(2, "\t");
        case 'x':
            return scan_byte(text);
        case 'u':
            return scan_unicode(text);
        default:
            // The whole character after the backslash is pointed at, not its first byte.
            return bad(text.size() > 1 && kind != '\n' && kind != '\r' ? 1 + decode_utf8(text.substr(1)).length : 1);
    }
}

std::vector<StringPiece> decode_string(std::string_view literal, std::uint32_t offset) {
    std::vector<StringPiece> pieces;
    const bool opened = !literal.empty() && literal.front() == '"';
    const bool closed = literal.size() > 1 && literal.back() == '"';
    std::size_t at = opened ? 1 : 0;
    const std::size_t end = literal.size() - (closed ? 1 : 0);
    const auto span = [&](std::size_t length) {
        return Span{offset + static_cast<std::uint32_t>(at), offset + static_cast<std::uint32_t>(at + length)};
    };
    while (at < end) {
        const std::string_view rest = literal.substr(at, end - at);
        std::size_t length = std::min(rest.find_first_of("\\$"), rest.size());
        if (length > 0) {
            add_literal(pieces, rest.substr(0, length), span(length));
        } else {
            StringEscape escape = scan_escape(rest);
            length = escape.length;
            if (escape.form == StringEscape::Form::reference) {
                pieces.push_back({true, std::move(escape.value), span(length)});
            } else {
                const bool good = escape.form == StringEscape::Form::plain;
                add_literal(pieces, good ? std::string_view(escape.value) : rest.substr(0, length), span(length));
            }
        }
        at += length;
    }
    return pieces;
}

std::string quote_string(std::string_view bytes) {
    std::string result = "\"";
    for (std::size_t at = 0; at < bytes.size();) {
        const std::string_view rest = bytes.substr(at);
        const CodePoint point = decode_utf8(rest);
        const char c = rest.front();
        at += point.length;
        if (!point.valid || point.value == 0) {
            result += "\\u{FFFD}";
        } else if (c == '"' || c == '\\') {
            result += {'\\', c};
        } else if (c == '\n') {
            result += "\\n";
        } else if (c == '\t') {
            result += "\\t";
        } else if (c == '$' && rest.substr(1, 1) == "{") {
            result += "\\x24";
        } else if (point.value < 0x20 || point.value == 0x7F) {
            result += fmt::format("\\x{:02X}", static_cast<unsigned>(point.value));
        } else if (misleads(point.value)) {
            result += fmt::format("\\u{{{:X}}}", static_cast<std::uint32_t>(point.value));
        } else {
            result += rest.substr(0, point.length);
        }
    }
    return result + "\"";
}

}  // namespace sbx
