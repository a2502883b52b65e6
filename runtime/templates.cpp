// Reads and expands templates. See the header.
#include "runtime/templates.hpp"

#include "runtime/number.hpp"
#include "runtime/refusal.hpp"

namespace sbx::runtime {

namespace {

[[noreturn]] void bad_template(std::string_view text, const char* what) {
    refuse(step::verify, "the template " + quoted(text) + " is malformed: " + what, "compile the policy again");
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// Reads what follows a backslash at `at` and moves past it.
char read_escape(std::string_view text, std::size_t& at) {
    const char c = at < text.size() ? text[at++] : '\0';
    switch (c) {
        case '\\':
        case '"':
        case '$':
            return c;
        case 'n':
            return '\n';
        case 't':
            return '\t';
        case 'r':
            return '\r';
        case 'x': {
            const int high = at < text.size() ? hex_digit(text[at]) : -1;
            const int low = at + 1 < text.size() ? hex_digit(text[at + 1]) : -1;
            if (high < 0 || low < 0 || (high == 0 && low == 0)) {
                bad_template(text, "`\\x` needs two hexadecimal digits that are not 00");
            }
            at += 2;
            return static_cast<char>(static_cast<unsigned char>(high * 16 + low));
        }
        default:
            bad_template(text, "an unknown escape");
    }
}

void append_literal(Template& result, char c) {
    if (result.parts.empty() || result.parts.back().is_parameter) {
        result.parts.emplace_back();
    }
    result.parts.back().text += c;
}

}  // namespace

bool Template::literal() const {
    return parts.empty() || (parts.size() == 1 && !parts.front().is_parameter);
}

Template literal_text(std::string_view text) {
    Template result;
    if (!text.empty()) {
        result.parts.push_back({false, std::string(text)});
    }
    return result;
}

Template read_template(std::string_view text, std::size_t& length) {
    Template result;
    if (text.empty() || text.front() != '"') {
        bad_template(text, "no quote begins it");
    }
    std::size_t at = 1;
    while (at < text.size()) {
        const char c = text[at++];
        if (c == '"') {
            length = at;
            return result;
        }
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            bad_template(text, "a control character");
        }
        if (c == '\\') {
            append_literal(result, read_escape(text, at));
        } else if (c == '$') {
            const std::size_t end = text.find('}', at);
            if (at >= text.size() || text[at] != '{' || end == std::string_view::npos) {
                bad_template(text, "`$` begins no `${name}`");
            }
            const std::string_view name = text.substr(at + 1, end - at - 1);
            if (!is_name(name, true)) {
                bad_template(text, "`${}` holds no name");
            }
            result.parts.push_back({true, std::string(name)});
            at = end + 1;
        } else {
            append_literal(result, c);
        }
    }
    bad_template(text, "no quote ends it");
}

Template read_template(std::string_view text) {
    std::size_t length = 0;
    Template result = read_template(text, length);
    if (length != text.size()) {
        bad_template(text, "something follows it");
    }
    return result;
}

std::string expand(const Template& text, const Values& values) {
    std::string result;
    for (const TemplatePart& part : text.parts) {
        if (!part.is_parameter) {
            result += part.text;
            continue;
        }
        const auto found = values.find(part.text);
        if (found == values.end()) {
            refuse(step::verify, "a template names the parameter " + quoted(part.text) + ", which the manifest lacks",
                   "compile the policy again");
        }
        result += found->second;
    }
    return result;
}

}  // namespace sbx::runtime
