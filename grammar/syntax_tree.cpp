// What there is to know about a kind of syntax element, all of it read from syntax_kinds.def. Assumes nothing, changes nothing.
#include "grammar/syntax_tree.hpp"

#include <array>

namespace sbx {

namespace {

struct KindInfo {
    std::string_view identifier;
    std::string_view words;
    bool leaf;
};

constexpr auto kinds = std::to_array<KindInfo>({
#define SBX_NODE(kind, words) {#kind, words, false},
#define SBX_LEAF(kind, words) {#kind, words, true},
#include "grammar/syntax_kinds.def"
#undef SBX_NODE
#undef SBX_LEAF
});

const KindInfo& about(SyntaxKind kind) {
    return kinds.at(static_cast<std::size_t>(kind));
}

}  // namespace

bool is_leaf(SyntaxKind kind) {
    return about(kind).leaf;
}

bool is_trivia(SyntaxKind kind) {
    return kind == SyntaxKind::white_space || kind == SyntaxKind::comment || kind == SyntaxKind::line_end;
}

std::string_view words(SyntaxKind kind) {
    return about(kind).words;
}

std::string_view identifier(SyntaxKind kind) {
    return about(kind).identifier;
}

}  // namespace sbx
