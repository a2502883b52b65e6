// Strings whose parts may be launch parameters. Assumes literals without NUL; guarantees that equal meaning is equal pieces, and
// that quoted() is read back by the language as the same pieces and holds no byte that could disturb a terminal.
#include "compiler/policy/text.hpp"

#include <cstddef>
#include <cstdint>

namespace sbx::policy {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

struct CodePoint {
    std::uint32_t value = 0;
    std::size_t length = 1;  ///< in bytes; 1 for a byte that is no UTF-8, whose value then stays below 0x80
};

bool is_continuation(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

/// The code point at the start of `bytes`, which is UTF-8: sources are.
CodePoint decode(std::string_view bytes) {
    const auto lead = static_cast<unsigned char>(bytes.front());
    const std::size_t length = lead < 0xC0U ? 1 : lead < 0xE0U ? 2 : lead < 0xF0U ? 3 : 4;
    if (length == 1 || bytes.size() < length) {
        return {lead & 0x7FU, 1};
    }
    std::uint32_t value = lead & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if (!is_continuation(bytes[i])) {
            return {lead & 0x7FU, 1};
        }
        value = (value << 6U) | (static_cast<unsigned char>(bytes[i]) & 0x3FU);
    }
    return {value, length};
}

/// C1 controls, the line and paragraph separators, and what the language refuses as bidirectional controls (Unicode UAX #9, table
/// 4).
bool must_be_escaped(std::uint32_t point) {
    return (point >= 0x80 && point <= 0x9F) || point == 0x61C || (point >= 0x200E && point <= 0x200F) ||
           (point >= 0x2028 && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069) || point == 0xFEFF;
}

std::string unicode_escape(std::uint32_t point) {
    std::string digits;
    for (; point != 0; point >>= 4U) {
        digits.insert(digits.begin(), hex_digits[point & 0xFU]);
    }
    return "\\u{" + digits + "}";
}

std::string byte_escape(unsigned char byte) {
    return {'\\', 'x', hex_digits[byte >> 4U], hex_digits[byte & 0xFU]};
}

/// `before_parameter`: what follows the last byte is a `${`.
void append_quoted(std::string& out, std::string_view bytes, bool before_parameter) {
    for (std::size_t i = 0; i < bytes.size();) {
        const auto byte = static_cast<unsigned char>(bytes[i]);
        const CodePoint point = decode(bytes.substr(i));
        const bool at_end = i + 1 == bytes.size();
        if (byte == '\\' || byte == '"') {
            out.append(1, '\\').append(1, bytes[i]);
        } else if (byte == '\n') {
            out.append("\\n");
        } else if (byte == '\t') {
            out.append("\\t");
        } else if (byte < 0x20 || byte == 0x7F || (byte == '$' && (at_end ? before_parameter : bytes[i + 1] == '{'))) {
            out.append(byte_escape(byte));
        } else if (must_be_escaped(point.value) && point.length > 1) {
            out.append(unicode_escape(point.value));
        } else {
            out.append(bytes.substr(i, point.length));
        }
        i += point.length;
    }
}

}  // namespace

void Text::append_literal(std::string_view bytes) {
    if (bytes.empty()) {
        return;
    }
    if (!pieces_.empty() && !pieces_.back().is_parameter) {
        pieces_.back().value.append(bytes);
    } else {
        pieces_.push_back({false, std::string(bytes)});
    }
}

void Text::append_parameter(std::string_view name) {
    pieces_.push_back({true, std::string(name)});
}

bool Text::is_literal() const {
    return pieces_.empty() || (pieces_.size() == 1 && !pieces_.front().is_parameter);
}

std::string Text::literal() const {
    return is_literal() && !pieces_.empty() ? pieces_.front().value : std::string();
}

std::string Text::quoted() const {
    std::string out = "\"";
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
        if (pieces_[i].is_parameter) {
            out.append("${").append(pieces_[i].value).append("}");
        } else {
            append_quoted(out, pieces_[i].value, i + 1 < pieces_.size());
        }
    }
    return out.append("\"");
}

}  // namespace sbx::policy
