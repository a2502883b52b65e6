// The seldom half of the builder: nodes, brackets and mistakes. Brackets remember where they were opened and how their line is
// indented, so that a missing closer is blamed on the opener that most likely lacks it.
#include "grammar/tree_builder.hpp"

#include "grammar/characters.hpp"
#include "grammar/recovery.hpp"

#include <algorithm>

namespace sbx {

TreeBuilder::TreeBuilder(const SourceFile& file, DiagnosticSink& sink)
    : file_(file), sink_(sink), begin_(file.text().data()), encoding_mistakes_(check_encoding(file.text(), max_syntax_errors)) {
    // Five elements for `a{}` are the most that three bytes can make. What is not used of this is never touched, and costs nothing.
    elements_.reserve(file.text().size() * 5 / 3 + 16);
    for (const EncodingMistake& mistake : encoding_mistakes_) {
        if (!stopped()) {
            say_encoding(sink_, file_, mistake);
            ++errors_;
        }
        muted_ = muted_ || mistake.problem == EncodingProblem::nul;
    }
    if (!encoding_mistakes_.empty()) {
        next_encoding_mistake_ = encoding_mistakes_.front().span.begin;
    }
}

SyntaxKind TreeBuilder::mark(SyntaxKind kind, std::uint32_t end) {
    if (end == cursor_) {
        return kind;  // an empty leaf holds no mistake
    }
    while (marked_ < encoding_mistakes_.size() && encoding_mistakes_[marked_].span.end <= end) {
        ++marked_;
    }
    const bool more = marked_ < encoding_mistakes_.size();
    next_encoding_mistake_ = more ? std::max(encoding_mistakes_[marked_].span.begin, end) : UINT32_MAX;
    return SyntaxKind::error;
}

void TreeBuilder::open(SyntaxKind node) {
    open_nodes_.push_back(static_cast<std::uint32_t>(elements_.size()));
    elements_.push_back({node, 0, cursor_, cursor_, 1});
    if (node == SyntaxKind::statement) {
        last_ = SyntaxKind::file;
    }
}

void TreeBuilder::close() {
    const std::uint32_t index = open_nodes_.back();
    open_nodes_.pop_back();
    std::size_t past = elements_.size();
    // The file keeps all; a block or list ends with its closer or with an error leaf.
    while (index != 0 && past > index + 1 && is_trivia(elements_[past - 1].kind)) {
        --past;
    }
    elements_[index].size = static_cast<std::uint32_t>(past - index);
    elements_[index].end = elements_[past - 1].end;
}

bool TreeBuilder::comment_may_begin() const {
    return cursor_ == 0 || characters::is(begin_[cursor_ - 1], characters::blanks | characters::newlines);
}

std::uint32_t TreeBuilder::indentation_at(std::uint32_t line_start) const {
    std::uint32_t at = line_start;
    while (at < cursor_ && characters::is(begin_[at], characters::blanks)) {
        ++at;
    }
    return at - line_start;
}

void TreeBuilder::set_in_list() {
    in_list_ = !brackets_.empty() && brackets_.back().is_list;
}

void TreeBuilder::open_bracket() {
    brackets_.push_back({cursor_, line_start_, indentation_at(line_start_), begin_[cursor_] == '[', std::nullopt});
    set_in_list();
}

void TreeBuilder::close_bracket() {
    notice_early_closer(brackets_.back());
    brackets_.pop_back();
    set_in_list();
}

void TreeBuilder::notice_early_closer(const Bracket& bracket) {
    // Called behind the closer. Only one that is the first on its line, left of the opener's line, is suspicious.
    constexpr std::size_t most = 64;
    const SyntaxElement& closer = elements_.back();
    const bool other_line = bracket.line_start != line_start_;
    if (!other_line || brackets_.size() < 2 || early_closers_.size() >= most) {
        return;
    }
    const std::uint32_t indentation = indentation_at(line_start_);
    if (line_start_ + indentation == closer.begin && indentation < bracket.indentation) {
        early_closers_.push_back({bracket.opener, closer.begin});
    }
}

void TreeBuilder::missing_closer(bool at_file_end) {
    if (!muted_ && !stopped() && !(at_file_end && said_file_end_)) {
        say_missing_closer(at_file_end);
        said_file_end_ = said_file_end_ || at_file_end;
        ++errors_;
    }
    leaf(SyntaxKind::error, begin_ + cursor_);
    const bool was_list = brackets_.back().is_list;
    brackets_.pop_back();
    set_in_list();
    if (was_list && brackets_.empty()) {
        said_closer_ = cursor_;  // `[ … }` is one mistake
    }
}

void TreeBuilder::say_missing_closer(bool at_file_end) {
    const Bracket& bracket = brackets_.back();
    Unclosed unclosed{file_, bracket.opener, solid_end_, at_file_end, 0, std::nullopt, bracket.next_statement};
    if (at_file_end) {
        unclosed.open_around = brackets_.size() - 1;
        const auto inside = [&](const EarlyCloser& early) { return early.opener > bracket.opener; };
        const auto early = std::find_if(early_closers_.begin(), early_closers_.end(), inside);
        if (early != early_closers_.end() && !bracket.is_list) {
            unclosed.opener = early->opener;
            unclosed.early = early->closer;
        }
    }
    say_unclosed(sink_, unclosed);
}

void TreeBuilder::notice_line_start(const char* end) {
    Bracket& bracket = brackets_.back();
    if (bracket.next_statement) {
        return;
    }
    const char* const at = begin_ + cursor_;
    const char* const past = std::find_if_not(at, end, [](char c) { return characters::is(c, characters::names); });
    if (opens_top_level_statement({at, static_cast<std::size_t>(past - at)})) {
        bracket.next_statement = Span{cursor_, offset(past)};
    }
}

void TreeBuilder::wrong_token(const Token& token) {
    const bool said = token.mistake == Mistake::stray_brace && said_closer_ == cursor_;
    if (!muted_ && !said) {
        const WrongToken wrong{file_, {cursor_, offset(token.end)}, {offset(token.at), offset(token.to)}, token.mistake};
        errors_ += say_token(sink_, wrong, max_syntax_errors - errors_);
    }
    leaf(SyntaxKind::error, token.end);
    if (token.mistake == Mistake::fat_arrow) {
        last_ = SyntaxKind::arrow;  // what follows is a target
    } else if (token.mistake == Mistake::line_continuation) {
        last_ = SyntaxKind::comma;  // the next line is meant to go on
    }
}

void TreeBuilder::rest(const char* end) {
    if (!muted_) {
        say_too_many(sink_, file_, cursor_);
    }
    leaf(SyntaxKind::error, end);
}

}  // namespace sbx
