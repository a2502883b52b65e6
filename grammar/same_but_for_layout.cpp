// Whether formatting has kept everything: written without the formatter's help, since it is what watches over it.
#include "grammar/formatter.hpp"

#include <string_view>

namespace sbx {

namespace {

bool separates(SyntaxKind kind) {
    return kind == SyntaxKind::white_space || kind == SyntaxKind::line_end || kind == SyntaxKind::comma ||
           kind == SyntaxKind::semicolon;
}

/// The elements of a tree, one after the other: words or comments.
class Walk {
public:
    explicit Walk(const SyntaxTree& tree) : tree_(&tree) {}

    /// The next element that is neither white space nor a separator nor a comment; false behind the last. A node comes before its
    /// leaves, and ends with a bracket or where the next statement begins; so what comes in the same order nests in the same way.
    bool next_word() {
        do {
            if (!advance()) {
                return false;
            }
        } while (separates(kind()) || kind() == SyntaxKind::comment);
        return true;
    }

    /// The next comment; words_before() counts up to it.
    bool next_comment() {
        while (advance()) {
            if (kind() == SyntaxKind::comment) {
                return true;
            }
            // A comment may go from before a `{` to behind it: there it has a place on the line.
            const bool opens = kind() == SyntaxKind::block || kind() == SyntaxKind::brace_open;
            words_before_ += separates(kind()) || opens ? 0U : 1U;
        }
        return false;
    }

    [[nodiscard]] SyntaxKind kind() const { return tree_->elements[at_ - 1].kind; }
    /// Of a leaf; a node has no text but that of its leaves.
    [[nodiscard]] std::string_view text() const {
        const SyntaxElement& it = tree_->elements[at_ - 1];
        return is_leaf(it.kind) ? tree_->file->text().substr(it.begin, it.end - it.begin) : std::string_view();
    }
    [[nodiscard]] std::size_t words_before() const { return words_before_; }

private:
    bool advance() { return at_ < tree_->elements.size() && ++at_ > 0; }

    const SyntaxTree* tree_;
    std::size_t at_ = 0;
    std::size_t words_before_ = 0;
};

bool same_words(const SyntaxTree& a, const SyntaxTree& b) {
    Walk one(a);
    Walk other(b);
    while (one.next_word()) {
        if (!other.next_word() || one.kind() != other.kind() || one.kind() == SyntaxKind::error || one.text() != other.text()) {
            return false;
        }
    }
    return !other.next_word();
}

bool same_comments(const SyntaxTree& a, const SyntaxTree& b) {
    const auto trimmed = [](std::string_view text) { return text.substr(0, text.find_last_not_of(" \t") + 1); };
    Walk one(a);
    Walk other(b);
    while (one.next_comment()) {
        if (!other.next_comment() || one.words_before() != other.words_before() || trimmed(one.text()) != trimmed(other.text())) {
            return false;
        }
    }
    return !other.next_comment();
}

}  // namespace

bool same_but_for_layout(const SyntaxTree& a, const SyntaxTree& b) {
    return same_words(a, b) && same_comments(a, b);
}

}  // namespace sbx
