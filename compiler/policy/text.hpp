// Strings whose parts may be launch parameters: parameters are values, never text, so they stay apart until they are used.
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::policy {

/// One piece: a run of literal bytes (no NUL), or the name of a parameter (`uid` and `gid` are the built-in ones).
struct TextPiece {
    bool is_parameter = false;
    std::string value;
    friend auto operator<=>(const TextPiece&, const TextPiece&) = default;
};

/// Pieces, canonical: no empty literal, no two literals in a row.
class Text {
public:
    Text() = default;
    explicit Text(std::string_view literal) { append_literal(literal); }

    void append_literal(std::string_view bytes);
    void append_parameter(std::string_view name);

    [[nodiscard]] const std::vector<TextPiece>& pieces() const { return pieces_; }
    [[nodiscard]] bool is_literal() const;
    /// The bytes, when is_literal().
    [[nodiscard]] std::string literal() const;
    /// As a string literal of the language, with quotes, escapes and `${name}`.
    [[nodiscard]] std::string quoted() const;

    friend auto operator<=>(const Text&, const Text&) = default;

private:
    std::vector<TextPiece> pieces_;
};

}  // namespace sbx::policy
