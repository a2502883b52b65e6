// The words of a file for `nft -f`, with the lines they stand in. Comments are gone; a newline is a word, because it ends a
// statement.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace sbx::verify {

struct NftWord {
    enum class Kind : unsigned char { end, newline, mark, word, quoted };
    Kind kind = Kind::end;
    std::string_view text;  ///< of a quoted one without its quotes
    std::size_t line = 1;

    [[nodiscard]] bool is(std::string_view other) const { return (kind == Kind::word || kind == Kind::mark) && text == other; }
};

/// One word ahead. Bytes that no filter of ours has are Malformed.
class NftWords {
public:
    explicit NftWords(std::string_view text) : rest_(text) { advance(); }

    [[nodiscard]] const NftWord& peek() const { return next_; }
    NftWord take();
    /// Takes the word if it is this one.
    bool take_if(std::string_view text);
    void expect(std::string_view text);
    /// A word or a number, no mark. `what` is for the message.
    std::string_view expect_word(std::string_view what);
    void skip_newlines();
    [[nodiscard]] std::string place() const { return "line " + std::to_string(next_.line); }

private:
    void advance();

    std::string_view rest_;
    NftWord next_;
    std::size_t line_ = 1;
};

/// For messages: the word, or what there is instead.
[[nodiscard]] std::string named(const NftWord& word);

}  // namespace sbx::verify
