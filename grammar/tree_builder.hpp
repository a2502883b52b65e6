// The tree while it grows, and what the grammar must know about what it has already seen. Assumes to be told of every leaf in
// order, by the control hooks of parser.cpp; guarantees that leaves tile what was consumed and that sizes are right whenever a node
// closes.
#pragma once

#include "grammar/messages.hpp"
#include "grammar/parser.hpp"
#include "grammar/token.hpp"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace sbx {

class TreeBuilder {
public:
    TreeBuilder(const SourceFile& file, DiagnosticSink& sink);

    /// A leaf from where the last one ended up to `end`.
    void leaf(SyntaxKind kind, const char* end) {
        const auto to = offset(end);
        if (!is_trivia(kind)) {
            last_ = kind;
            solid_end_ = to;
        } else if (kind == SyntaxKind::line_end) {
            line_start_ = to;
        }
        const bool marked = to > next_encoding_mistake_;
        elements_.push_back({marked ? mark(kind, to) : kind, 0, cursor_, to, 1});
        cursor_ = to;
    }
    /// A line end that ends nothing: white space.
    void continued_line(const char* end) {
        leaf(SyntaxKind::white_space, end);
        line_start_ = cursor_;
    }
    /// The token that the grammar has just found. Its mistake is said here.
    void token(const Token& token) {
        if (token.mistake != Mistake::none) {
            wrong_token(token);
            return;
        }
        leaf(token.kind, token.end);
    }
    void open(SyntaxKind node);
    /// Leaves trivia at the end of the node to its parent.
    void close();

    /// The next leaf opens a block or list.
    void open_bracket();
    /// A closer that fits has been seen; `missing_closer`: it has not.
    void close_bracket();
    void missing_closer(bool at_file_end);
    /// What is left of the file, unparsed.
    void rest(const char* end);
    /// Remembers a word that stands at the beginning of a line inside a block or list, if it looks like a statement of the file.
    void notice_line_start(const char* end);

    [[nodiscard]] Place place(const char* end) const {
        return {begin_ + cursor_, end, last_, solid_end_ == cursor_ && last_ != SyntaxKind::file, in_list_};
    }
    [[nodiscard]] SyntaxKind last() const { return last_; }
    [[nodiscard]] bool after_comma() const { return last_ == SyntaxKind::comma; }
    [[nodiscard]] bool at_line_start() const { return cursor_ == line_start_; }
    /// Whether a `#` here begins a comment.
    [[nodiscard]] bool comment_may_begin() const;
    [[nodiscard]] bool too_deep() const { return brackets_.size() >= max_nesting; }
    [[nodiscard]] bool nested() const { return !brackets_.empty(); }
    /// A file that holds NUL is no policy at all: nothing of it is parsed.
    [[nodiscard]] bool stopped() const { return muted_ || errors_ >= max_syntax_errors; }
    [[nodiscard]] std::vector<SyntaxElement> take() { return std::move(elements_); }

    /// What the grammar's last rule of kind `found` has found; the hook behind it hands it to token().
    Token found;

private:
    struct Bracket {
        std::uint32_t opener = 0;
        std::uint32_t line_start = 0;
        std::uint32_t indentation = 0;
        bool is_list = false;
        std::optional<Span> next_statement{};
    };
    struct EarlyCloser {
        std::uint32_t opener = 0;
        std::uint32_t closer = 0;
    };

    [[nodiscard]] std::uint32_t offset(const char* at) const { return static_cast<std::uint32_t>(at - begin_); }
    [[nodiscard]] SyntaxKind mark(SyntaxKind kind, std::uint32_t end);
    [[nodiscard]] std::uint32_t indentation_at(std::uint32_t line_start) const;
    void wrong_token(const Token& token);
    void say_missing_closer(bool at_file_end);
    void notice_early_closer(const Bracket& bracket);
    void set_in_list();

    const SourceFile& file_;
    DiagnosticSink& sink_;
    const char* begin_;
    std::vector<SyntaxElement> elements_;
    std::vector<std::uint32_t> open_nodes_;
    std::vector<Bracket> brackets_;
    std::vector<EncodingMistake> encoding_mistakes_;
    std::vector<EarlyCloser> early_closers_;
    std::size_t marked_ = 0;
    std::size_t errors_ = 0;
    std::uint32_t next_encoding_mistake_ = UINT32_MAX;
    std::uint32_t said_closer_ = UINT32_MAX;  // where a stray closer is part of what was said already
    std::uint32_t cursor_ = 0;
    std::uint32_t solid_end_ = 0;  // where the last leaf that is not trivia ends
    std::uint32_t line_start_ = 0;
    SyntaxKind last_ = SyntaxKind::file;  // the last such leaf of the statement; `file`: none yet
    bool in_list_ = false;
    bool muted_ = false;  // the file holds NUL, and nothing more is said
    bool said_file_end_ = false;
};

}  // namespace sbx
