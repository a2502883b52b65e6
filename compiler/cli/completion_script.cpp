// See the header.
#include "compiler/cli/completion_script.hpp"

namespace sbx::cli {

std::string filled_in(std::string_view form, const std::vector<std::pair<std::string_view, std::string>>& texts) {
    std::string out;
    for (std::size_t at = 0; at < form.size();) {
        std::size_t next = form.size();
        const std::pair<std::string_view, std::string>* found = nullptr;
        for (const auto& text : texts) {
            const std::size_t place = form.find(text.first, at);
            if (place < next) {
                next = place;
                found = &text;
            }
        }
        out += form.substr(at, next - at);
        at = next;
        if (found != nullptr) {
            out += found->second;
            at += found->first.size();
        }
    }
    return out;
}

std::string identifier(std::string_view name) {
    std::string out(name);
    for (char& byte : out) {
        byte = byte == '-' ? '_' : byte;
    }
    return out;
}

std::string single_quoted(std::string_view text, std::string_view quote) {
    std::string out = "'";
    for (const char byte : text) {
        out += byte == '\'' ? std::string(quote) : std::string(1, byte);
    }
    return out + "'";
}

std::string joined_words(const std::vector<std::string>& words, std::string_view between) {
    std::string out;
    for (const std::string& word : words) {
        out += (out.empty() ? "" : std::string(between)) + word;
    }
    return out;
}

}  // namespace sbx::cli
