// A recursive-descent reader, bounded in depth, that never throws. See the header for what it accepts.
#include "runtime/json_reader.hpp"

#include <algorithm>
#include <charconv>

namespace sbx::runtime {

const JsonValue* JsonValue::find(std::string_view name) const {
    for (const JsonMember& member : members) {
        if (member.name == name) {
            return &member.value;
        }
    }
    return nullptr;
}

namespace {

class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}

    JsonResult document() {
        JsonResult result;
        JsonValue value;
        if (text_.size() > max_json_bytes) {
            fail("more than 16 MiB");
        } else if (read_value(value, 0)) {
            skip_blanks();
            if (at_ != text_.size()) {
                fail("something follows the document");
            }
        }
        result.length = at_;
        if (error_.empty()) {
            result.value = std::move(value);
        } else {
            result.error = error_;
        }
        result.decoded = std::move(decoded_);
        return result;
    }

private:
    static constexpr std::size_t usual_members = 8;  // those of most objects of a manifest

    std::string_view text_;
    std::size_t at_ = 0;
    std::string error_;
    std::forward_list<std::string> decoded_;

    bool fail(const char* what) {
        if (error_.empty()) {
            error_ = "offset " + std::to_string(at_) + ": " + what;
        }
        return false;
    }
    [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    void skip_blanks() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r')) {
            ++at_;
        }
    }
    bool take(char wanted) {
        skip_blanks();
        if (at_ < text_.size() && text_[at_] == wanted) {
            ++at_;
            return true;
        }
        return false;
    }
    bool take_word(std::string_view word) {
        if (text_.substr(at_, word.size()) != word) {
            return fail("expected a value");
        }
        at_ += word.size();
        return true;
    }

    bool read_value(JsonValue& value, int depth) {
        if (depth >= max_json_depth) {
            return fail("nested too deeply");
        }
        skip_blanks();
        switch (peek()) {
            case '{':
                return read_object(value, depth);
            case '[':
                return read_array(value, depth);
            case '"':
                value.kind = JsonValue::Kind::string;
                return read_string(value.text);
            case 't':
            case 'f':
                value.kind = JsonValue::Kind::boolean;
                value.boolean = peek() == 't';
                return take_word(value.boolean ? "true" : "false");
            case 'n':
                return take_word("null");
            default:
                return read_integer(value);
        }
    }

    bool read_integer(JsonValue& value) {
        value.kind = JsonValue::Kind::integer;
        const char* const begin = text_.data() + at_;
        const char* const end = text_.data() + text_.size();
        const char* const digits = begin != end && *begin == '-' ? begin + 1 : begin;
        const auto [stop, error] = std::from_chars(begin, end, value.integer);
        if (error == std::errc::result_out_of_range) {
            return fail("the number is too large");
        }
        if (error != std::errc{}) {
            return fail("expected a value");
        }
        if (*digits == '0' && stop - digits > 1) {
            return fail("a number begins with 0");
        }
        if (stop != end && (*stop == '.' || *stop == 'e' || *stop == 'E')) {
            return fail("only whole numbers are used here");
        }
        at_ += static_cast<std::size_t>(stop - begin);
        return true;
    }

    bool read_array(JsonValue& value, int depth) {
        value.kind = JsonValue::Kind::array;
        ++at_;
        if (take(']')) {
            return true;
        }
        do {
            if (!read_value(value.items.emplace_back(), depth + 1)) {
                return false;
            }
        } while (take(','));
        return take(']') || fail("expected `,` or `]`");
    }

    bool read_object(JsonValue& value, int depth) {
        value.kind = JsonValue::Kind::object;
        ++at_;
        if (take('}')) {
            return true;
        }
        value.members.reserve(usual_members);
        do {
            std::string_view name;
            skip_blanks();
            if (peek() != '"') {
                return fail("expected a name in quotes");
            }
            if (!read_string(name)) {
                return false;
            }
            // Objects of a manifest are small; without the bound this would be quadratic in what an attacker wrote.
            if (value.members.size() >= 256) {
                return fail("an object has too many members");
            }
            if (value.find(name) != nullptr) {
                return fail("a name occurs twice in one object");
            }
            if (!take(':')) {
                return fail("expected `:`");
            }
            JsonMember& member = value.members.emplace_back();
            member.name = name;
            if (!read_value(member.value, depth + 1)) {
                return false;
            }
        } while (take(','));
        return take('}') || fail("expected `,` or `}`");
    }

    bool read_string(std::string_view& out) {
        const std::size_t begin = ++at_;
        skip_plain();
        if (at_ < text_.size() && text_[at_] == '"') {
            out = text_.substr(begin, at_++ - begin);
            return true;
        }
        at_ = begin;
        std::string& decoded = decoded_.emplace_front();
        const bool is_read = decode_string(decoded);
        out = decoded;
        return is_read;
    }

    /// Up to the end of the string, an escape, or what may not stand there.
    void skip_plain() {
        while (at_ < text_.size() && static_cast<unsigned char>(text_[at_]) >= 0x20 && text_[at_] != '"' && text_[at_] != '\\') {
            ++at_;
        }
    }

    bool decode_string(std::string& out) {
        while (at_ < text_.size()) {
            const std::size_t run = at_;
            skip_plain();
            out.append(text_, run, at_ - run);
            if (at_ == text_.size()) {
                break;
            }
            const char c = text_[at_++];
            if (c == '"') {
                return true;
            }
            if (c != '\\') {
                return fail("a control character in a string");
            }
            if (!read_escape(out)) {
                return false;
            }
        }
        return fail("a string does not end");
    }

    bool read_escape(std::string& out) {
        static constexpr std::string_view letters = "\"\\/bfnrt";
        static constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
        const char c = peek();
        const std::size_t index = letters.find(c);
        if (at_ < text_.size() && index != std::string_view::npos) {
            out += meanings[index];
            ++at_;
            return true;
        }
        if (c != 'u') {
            return fail("an unknown escape");
        }
        ++at_;
        std::uint32_t point = 0;
        if (!read_hex(point)) {
            return false;
        }
        if (point >= 0xd800 && point < 0xdc00) {
            std::uint32_t low = 0;
            if (text_.substr(at_, 2) != "\\u") {
                return fail("half a surrogate pair");
            }
            at_ += 2;
            if (!read_hex(low)) {
                return false;
            }
            if (low < 0xdc00 || low > 0xdfff) {
                return fail("half a surrogate pair");
            }
            point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
        } else if (point >= 0xdc00 && point <= 0xdfff) {
            return fail("half a surrogate pair");
        }
        return point != 0 ? append_utf8(out, point) : fail("NUL in a string");
    }

    bool read_hex(std::uint32_t& point) {
        const std::string_view digits = text_.substr(at_, 4);
        const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), point, 16);
        if (error != std::errc{} || digits.size() != 4 || stop != digits.data() + 4) {
            return fail("expected four hexadecimal digits");
        }
        at_ += 4;
        return true;
    }

    static bool append_utf8(std::string& out, std::uint32_t point) {
        const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
        if (point < 0x80) {
            put(point);
        } else if (point < 0x800) {
            put(0xc0 | (point >> 6));
            put(0x80 | (point & 0x3f));
        } else if (point < 0x10000) {
            put(0xe0 | (point >> 12));
            put(0x80 | ((point >> 6) & 0x3f));
            put(0x80 | (point & 0x3f));
        } else {
            put(0xf0 | (point >> 18));
            put(0x80 | ((point >> 12) & 0x3f));
            put(0x80 | ((point >> 6) & 0x3f));
            put(0x80 | (point & 0x3f));
        }
        return true;
    }
};

}  // namespace

JsonResult read_json(std::string_view text) {
    return Reader(text).document();
}

}  // namespace sbx::runtime
