// The syntax of one file as one flat vector in preorder. Assumes only bytes; guarantees that the leaves tile the file, so
// printing the leaves prints the file, whatever the file holds.
#pragma once

#include "grammar/source_file.hpp"

#include <cstdint>
#include <iterator>
#include <string_view>
#include <vector>

namespace sbx {

enum class SyntaxKind : std::uint16_t {
#define SBX_NODE(kind, words) kind,
#define SBX_LEAF(kind, words) kind,
#include "grammar/syntax_kinds.def"
#undef SBX_NODE
#undef SBX_LEAF
};

[[nodiscard]] bool is_leaf(SyntaxKind kind);
/// White space, comments, line ends: what lies between the words.
[[nodiscard]] bool is_trivia(SyntaxKind kind);
/// How a message names the kind: "path", "`{`".
[[nodiscard]] std::string_view words(SyntaxKind kind);
/// The identifier of the kind as in syntax_kinds.def, for dumps.
[[nodiscard]] std::string_view identifier(SyntaxKind kind);

/// `size` counts this element and everything below it, so `index + size` is the next sibling.
struct SyntaxElement {
    SyntaxKind kind{};
    std::uint16_t reserved = 0;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::uint32_t size = 1;
};
static_assert(sizeof(SyntaxElement) == 16);

/// `file` outlives the tree. `elements[0]` is the file node.
struct SyntaxTree {
    const SourceFile* file = nullptr;
    std::vector<SyntaxElement> elements;
};

}  // namespace sbx
