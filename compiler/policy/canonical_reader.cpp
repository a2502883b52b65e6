// Bytes to the tokens of canonical JSON. Strings that hold anything but plain ASCII go through nlohmann_json, which knows escapes
// and UTF-8; that the escapes are those which the writer chooses is seen when the whole is written again.
#include "compiler/policy/canonical_reader.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

namespace sbx::policy {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_plain(char c) {
    return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

}  // namespace

void CanonicalReader::refuse(std::string what) const {
    throw NotCanonical{line_, std::move(what)};
}

/// What stands here, for a message: the rest of the line, shortened, without bytes that are no text.
std::string CanonicalReader::found() const {
    constexpr std::size_t longest = 40;
    if (at_ >= text_.size()) {
        return "the end of the document";
    }
    std::string rest(text_.substr(at_, std::min(text_.find('\n', at_), at_ + longest) - at_));
    std::replace_if(
        rest.begin(), rest.end(), [](char c) { return c < 0x20 || c == 0x7F; }, '?');
    return rest.empty() ? "the end of the line" : "`" + rest + "`";
}

bool CanonicalReader::accept(std::string_view bytes) {
    if (text_.substr(at_, bytes.size()) != bytes) {
        return false;
    }
    at_ += bytes.size();
    return true;
}

void CanonicalReader::expect(std::string_view bytes, std::string_view what) {
    if (!accept(bytes)) {
        refuse("expected " + std::string(what) + ", found " + found());
    }
}

void CanonicalReader::open(char opener) {
    expect(std::string_view(&opener, 1), opener == '{' ? "an object" : "an array");
    ++depth_;
    empty_ = true;
}

void CanonicalReader::new_line() {
    expect("\n", "the end of the line");
    ++line_;
    const std::size_t width = 2 * depth_;
    const std::size_t begin = at_;
    while (peek() == ' ') {
        ++at_;
    }
    if (at_ - begin != width) {
        refuse("expected " + std::to_string(width) + " blanks at the beginning of the line, found " + std::to_string(at_ - begin));
    }
}

bool CanonicalReader::more(char closer) {
    const bool first = std::exchange(empty_, false);
    if (first ? peek() != closer : accept(row_ ? ", " : ",")) {
        if (!row_) {
            new_line();
        }
        if (peek() == closer) {
            refuse("expected another entry, found " + found());
        }
        return true;
    }
    --depth_;
    if (!first && !row_) {
        if (peek() != '\n') {
            refuse("expected `,` or the end of the line, found " + found());
        }
        new_line();
    }
    expect(std::string_view(&closer, 1), closer == '}' ? "`}`" : "`]`");
    return false;
}

std::string CanonicalReader::read_key() {
    std::string name = string();
    expect(": ", "`: ` behind a key");
    return name;
}

void CanonicalReader::key(std::string_view name) {
    if (!more('}')) {
        refuse("the key `" + std::string(name) + "` is missing");
    }
    if (const std::string there = read_key(); there != name) {
        refuse("expected the key `" + std::string(name) + "`, found `" + there + "`");
    }
}

std::string CanonicalReader::any_key() {
    if (!more('}')) {
        refuse("an object is empty that has a key");
    }
    return read_key();
}

void CanonicalReader::refuse_key() {
    const std::string there = read_key();
    refuse("there is no key `" + there + "` here");
}

std::string CanonicalReader::string() {
    expect("\"", "a string");
    const std::size_t begin = at_;
    while (is_plain(peek())) {
        ++at_;
    }
    if (peek() == '"') {
        return std::string(text_.substr(begin, at_++ - begin));
    }
    while (at_ < text_.size() && peek() != '"' && peek() != '\n') {
        at_ += peek() == '\\' ? 2 : 1;
    }
    if (at_ >= text_.size() || peek() != '"') {
        refuse("a string does not end on its line");
    }
    ++at_;
    const auto value = nlohmann::json::parse(text_.substr(begin - 1, at_ - begin + 1), nullptr, false);
    if (!value.is_string()) {
        refuse("a string has an escape that JSON does not have, or bytes that are no UTF-8");
    }
    auto bytes = value.get<std::string>();
    if (bytes.find('\0') != std::string::npos) {
        refuse("a string holds NUL");
    }
    return bytes;
}

std::uint64_t CanonicalReader::number() {
    const std::size_t begin = at_;
    while (is_digit(peek())) {
        ++at_;
    }
    const std::string_view digits = text_.substr(begin, at_ - begin);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || error != std::errc() || (digits.size() > 1 && digits.front() == '0')) {
        at_ = begin;
        refuse("expected a whole number below 2^64, found " + found());
    }
    return value;
}

bool CanonicalReader::boolean() {
    const bool yes = accept("true");
    if (!yes && !accept("false")) {
        refuse("expected `true` or `false`, found " + found());
    }
    return yes;
}

bool CanonicalReader::null() {
    return accept("null");
}

void CanonicalReader::finish() {
    expect("\n", "the end of the line");
    ++line_;
    if (at_ != text_.size()) {
        refuse("expected the end of the document, found " + found());
    }
}

}  // namespace sbx::policy
