// Quoting, one function a format. Works on bytes: no locale, no character classes of libc.
#include "emitters/quote.hpp"

#include "compiler/plan/invariant.hpp"

namespace sbx::emit {
namespace {

bool has_nul(std::string_view bytes) {
    return bytes.find('\0') != std::string_view::npos;
}

bool is_control(char byte) {
    const auto value = static_cast<unsigned char>(byte);
    return value < 0x20 || value == 0x7f;
}

bool is_name_byte(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9') || byte == '_' ||
           byte == '-';
}

void append_template_byte(std::string& out, char byte) {
    constexpr std::string_view digits = "0123456789abcdef";
    if (byte == '\\' || byte == '"' || byte == '$') {
        out += '\\';
        out += byte;
    } else if (byte == '\n') {
        out += "\\n";
    } else if (byte == '\t') {
        out += "\\t";
    } else if (byte == '\r') {
        out += "\\r";
    } else if (is_control(byte)) {
        const auto value = static_cast<unsigned char>(byte);
        out += "\\x";
        out += digits[value >> 4U];
        out += digits[value & 0xfU];
    } else {
        out += byte;
    }
}

void append_template_literal(std::string& out, std::string_view bytes) {
    plan::invariant(!has_nul(bytes), "no NUL in a template");
    for (const char byte : bytes) {
        append_template_byte(out, byte);
    }
}

void append_template_parameter(std::string& out, std::string_view name) {
    out += "${";
    out += Name(name).text();
    out += '}';
}

}  // namespace

ShellWord::ShellWord(std::string_view bytes) {
    plan::invariant(!has_nul(bytes), "no NUL in a shell word");
    text_ += '\'';
    for (const char byte : bytes) {
        if (byte == '\'') {
            text_ += "'\\''";
        } else {
            text_ += byte;
        }
    }
    text_ += '\'';
}

NulTerminated::NulTerminated(std::string_view bytes) : text_(bytes) {
    plan::invariant(!has_nul(bytes), "no NUL in a word for bubblewrap");
    text_ += '\0';
}

Template::Template(const plan::Text& value) {
    text_ += '"';
    for (const auto& piece : value.pieces()) {
        if (piece.is_parameter) {
            append_template_parameter(text_, piece.value);
        } else {
            append_template_literal(text_, piece.value);
        }
    }
    text_ += '"';
}

Template::Template(const plan::SandboxPath& path) {
    text_ += '"';
    if (!path.is_literal()) {
        append_template_parameter(text_, path.parameter());
    }
    append_template_literal(text_, path.tail());
    text_ += '"';
}

Comment::Comment(std::string_view bytes) : text_(bytes) {
    for (char& byte : text_) {
        if (is_control(byte)) {
            byte = '?';
        }
    }
}

Name::Name(std::string_view bytes) : text_(bytes) {
    const std::string_view stem = bytes.ends_with('*') ? bytes.substr(0, bytes.size() - 1) : bytes;
    bool plain = !bytes.empty();
    for (const char byte : stem) {
        plain = plain && is_name_byte(byte);
    }
    plan::invariant(plain, "a name is made of letters, digits, `_` and `-`");
}

}  // namespace sbx::emit
