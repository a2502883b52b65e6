// Indents, separates and quotes. See the header.
#include "runtime/json_writer.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace sbx::runtime {

namespace {

/// How many bytes the character at the beginning has; 0 if there is none (Unicode, table 3-7).
std::size_t character_length(std::string_view text) {
    const auto byte = [text](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U; };
    const auto follows = [&byte](std::size_t at, unsigned low = 0x80, unsigned high = 0xbf) {
        return byte(at) >= low && byte(at) <= high;
    };
    const unsigned first = byte(0);
    if (first < 0x80) {
        return 1;
    }
    if (first >= 0xc2 && first <= 0xdf) {
        return follows(1) ? 2 : 0;
    }
    if (first >= 0xe0 && first <= 0xef) {
        const bool second = follows(1, first == 0xe0 ? 0xa0 : 0x80, first == 0xed ? 0x9f : 0xbf);
        return second && follows(2) ? 3 : 0;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        const bool second = follows(1, first == 0xf0 ? 0x90 : 0x80, first == 0xf4 ? 0x8f : 0xbf);
        return second && follows(2) && follows(3) ? 4 : 0;
    }
    return 0;
}

std::string escape(unsigned code) {
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "\\u%04x", code);
    return text.data();
}

}  // namespace

void JsonWriter::begin(std::string_view name) {
    if (depth_ > 0) {
        bytes_ += first_ ? "\n" : ",\n";
        bytes_.append(2 * depth_, ' ');
    }
    first_ = false;
    if (!name.empty()) {
        quote(name);
        bytes_ += ": ";
    }
}

void JsonWriter::open(std::string_view name, char bracket) {
    begin(name);
    bytes_ += bracket;
    ++depth_;
    first_ = true;
}

void JsonWriter::close(char bracket) {
    --depth_;
    if (!first_) {
        bytes_ += '\n';
        bytes_.append(2 * depth_, ' ');
    }
    bytes_ += bracket;
    first_ = false;
}

void JsonWriter::raw(std::string_view name, std::string_view value) {
    begin(name);
    bytes_ += value;
}

void JsonWriter::text(std::string_view name, std::string_view value) {
    begin(name);
    quote(value);
}

void JsonWriter::milliseconds(std::string_view name, std::int64_t microseconds) {
    std::string fraction = std::to_string(microseconds % 1000);
    fraction.insert(0, 3 - std::min<std::size_t>(fraction.size(), 3), '0');
    raw(name, std::to_string(microseconds / 1000) + '.' + fraction);
}

void JsonWriter::quote(std::string_view value) {
    bytes_ += '"';
    while (!value.empty()) {
        const std::size_t length = character_length(value);
        const auto first = static_cast<unsigned char>(value.front());
        if (length == 0) {
            bytes_ += escape(0xdc00U + first);
        } else if (first < 0x20 || first == 0x7f) {
            bytes_ += escape(first);
        } else {
            bytes_ += first == '"' || first == '\\' ? "\\" : "";
            bytes_ += value.substr(0, length);
        }
        value.remove_prefix(std::max<std::size_t>(length, 1));
    }
    bytes_ += '"';
}

}  // namespace sbx::runtime
