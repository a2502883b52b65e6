// Bytes to texts, paths and numbers; see the header. Each escape is one that the format has, and is used for a byte that needs it.
#include "compiler/verify/artifact_text.hpp"

#include <algorithm>
#include <charconv>

namespace sbx::verify {
namespace {

bool is_name(std::string_view name) {
    return policy::SandboxPath::below_parameter(name, "").has_value();
}

bool needs_escape(unsigned char byte) {
    return byte < 0x20 || byte == 0x7f || byte == '\\' || byte == '"' || byte == '$';
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

class TemplateReader {
public:
    explicit TemplateReader(std::string_view text) : whole_(text) {}

    Text read() {
        if (whole_.size() < 2 || whole_.front() != '"' || whole_.back() != '"') {
            fail("is no template in double quotes");
        }
        at_ = 1;
        while (at_ + 1 < whole_.size()) {
            const char byte = whole_[at_];
            if (byte == '\\') {
                literal_ += escape();
            } else if (byte == '$') {
                parameter();
            } else if (needs_escape(static_cast<unsigned char>(byte))) {
                fail("holds a byte that has to be escaped");
            } else {
                literal_ += byte;
                ++at_;
            }
        }
        if (at_ + 1 != whole_.size()) {
            fail("does not end where its quotes do");
        }
        flush();
        return std::move(text_);
    }

private:
    [[noreturn]] void fail(const std::string& what) const { throw Malformed{"", named(whole_) + " " + what}; }

    void flush() {
        text_.append_literal(literal_);
        literal_.clear();
    }

    char escape() {
        const std::string_view rest = whole_.substr(at_ + 1, whole_.size() - at_ - 2);
        const char kind = rest.empty() ? '\0' : rest.front();
        at_ += 2;
        switch (kind) {
            case '\\':
            case '"':
            case '$':
                return kind;
            case 'n':
                return '\n';
            case 't':
                return '\t';
            case 'r':
                return '\r';
            default:
                break;
        }
        const int high = rest.size() > 2 ? hex_digit(rest[1]) : -1;
        const int low = rest.size() > 2 ? hex_digit(rest[2]) : -1;
        if (kind != 'x' || high < 0 || low < 0 || high + low == 0) {
            fail("has an escape that templates do not have");
        }
        at_ += 2;
        return static_cast<char>(16 * high + low);
    }

    void parameter() {
        const std::size_t end = whole_.find('}', at_);
        const std::string_view name =
            end == std::string_view::npos || whole_[at_ + 1] != '{' ? std::string_view() : whole_.substr(at_ + 2, end - at_ - 2);
        if (!is_name(name)) {
            fail("has a `$` that names no parameter");
        }
        flush();
        text_.append_parameter(name);
        at_ = end + 1;
    }

    std::string_view whole_;
    std::size_t at_ = 0;
    std::string literal_;
    Text text_;
};

}  // namespace

std::string named(std::string_view text) {
    std::string shown = "`" + std::string(text) + "`";
    std::replace_if(
        shown.begin(), shown.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }, '?');
    return shown;
}

std::optional<std::string_view> Lines::next() {
    if (rest_.empty()) {
        return std::nullopt;
    }
    ++number_;
    const std::size_t end = rest_.find('\n');
    if (end == std::string_view::npos) {
        throw Malformed{place(), "the last line does not end: the file was cut short"};
    }
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return line;
}

Text read_template(std::string_view text) {
    return TemplateReader(text).read();
}

Text read_word(std::string_view text) {
    if (text.starts_with('=')) {
        return Text(text.substr(1));
    }
    if (text.starts_with('"')) {
        return read_template(text);
    }
    throw Malformed{"", named(text) + " is neither a literal nor a template"};
}

SandboxPath as_path(const Text& text) {
    const auto& pieces = text.pieces();
    std::optional<SandboxPath> path;
    if (pieces.size() == 1 && !pieces[0].is_parameter) {
        path = SandboxPath::literal(pieces[0].value);
    } else if (pieces.size() == 1 || (pieces.size() == 2 && pieces[0].is_parameter && !pieces[1].is_parameter)) {
        path = SandboxPath::below_parameter(pieces[0].value, pieces.size() == 2 ? pieces[1].value : "");
    }
    if (!path) {
        throw Malformed{"", text.quoted() + " is no absolute, normal path"};
    }
    return *std::move(path);
}

std::optional<std::uint64_t> read_decimal(std::string_view digits) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    const bool whole = !digits.empty() && error == std::errc() && end == digits.data() + digits.size();
    return whole && (digits.size() == 1 || digits.front() != '0') ? std::optional(value) : std::nullopt;
}

std::optional<std::uint32_t> read_mode(std::string_view digits) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 8);
    return digits.size() == 4 && error == std::errc() && end == digits.data() + digits.size() ? std::optional(value) : std::nullopt;
}

}  // namespace sbx::verify
