// Bytes to words; see the header. Stricter than nft's own scanner: nothing is quoted over lines, no line is continued.
#include "compiler/verify/nft_words.hpp"

#include "compiler/verify/finding.hpp"

#include <algorithm>
#include <array>

namespace sbx::verify {
namespace {

bool is_mark(char c) {
    return c == '{' || c == '}' || c == ';' || c == ',' || c == '@' || c == '(' || c == ')';
}

constexpr std::array<bool, 256> word_bytes = [] {
    std::array<bool, 256> result{};
    for (unsigned c = 0; c < 256; ++c) {
        result[c] = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == ':' ||
                    c == '/' || c == '-' || c == '_';
    }
    return result;
}();
bool is_word(char c) {
    return word_bytes[static_cast<unsigned char>(c)];
}

}  // namespace

std::string named(const NftWord& word) {
    switch (word.kind) {
        case NftWord::Kind::end:
            return "the end of the file";
        case NftWord::Kind::newline:
            return "the end of the line";
        case NftWord::Kind::mark:
        case NftWord::Kind::word:
        case NftWord::Kind::quoted:
            break;
    }
    return named(word.text);
}

NftWord NftWords::take() {
    const NftWord taken = next_;
    advance();
    return taken;
}

bool NftWords::take_if(std::string_view text) {
    const bool is_it = next_.is(text);
    if (is_it) {
        advance();
    }
    return is_it;
}

void NftWords::expect(std::string_view text) {
    if (!take_if(text)) {
        throw Malformed{place(), named(next_) + " stands where " + named(text) + " has to"};
    }
}

std::string_view NftWords::expect_word(std::string_view what) {
    if (next_.kind != NftWord::Kind::word) {
        throw Malformed{place(), named(next_) + " stands where " + std::string(what) + " has to"};
    }
    return take().text;
}

void NftWords::skip_newlines() {
    while (next_.kind == NftWord::Kind::newline) {
        advance();
    }
}

void NftWords::advance() {
    std::size_t begin = 0;
    while (begin < rest_.size() && (rest_[begin] == ' ' || rest_[begin] == '\t')) {
        ++begin;
    }
    if (begin < rest_.size() && rest_[begin] == '#') {
        begin = std::min(rest_.find('\n', begin), rest_.size());
    }
    rest_.remove_prefix(begin);
    next_ = {NftWord::Kind::end, {}, line_};
    if (rest_.empty()) {
        return;
    }
    const char first = rest_.front();
    std::size_t size = 1;
    next_.kind = NftWord::Kind::mark;
    next_.text = rest_.substr(0, 1);
    if (first == '\n') {
        next_.kind = NftWord::Kind::newline;
        ++line_;
    } else if (first == '"') {
        size = rest_.find_first_of("\"\n", 1);
        if (size == std::string_view::npos || rest_[size] == '\n') {
            throw Malformed{place(), "a quote is not closed where it was opened"};
        }
        next_.kind = NftWord::Kind::quoted;
        next_.text = rest_.substr(1, size - 1);
        ++size;
    } else if (first == '=' || first == '!') {
        size = rest_.substr(1, 1) == "=" ? 2 : 1;
        next_.text = rest_.substr(0, size);
    } else if (is_word(first)) {
        size = static_cast<std::size_t>(std::find_if_not(rest_.begin(), rest_.end(), is_word) - rest_.begin());
        next_.kind = NftWord::Kind::word;
        next_.text = rest_.substr(0, size);
    } else if (!is_mark(first)) {
        throw Malformed{place(), named(rest_.substr(0, 1)) + " stands here, and cannot be read"};
    }
    rest_.remove_prefix(size);
}

}  // namespace sbx::verify
