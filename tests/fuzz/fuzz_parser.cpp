// Any bytes through the parser: the leaves must tile them, the views must walk, and there must be an error leaf exactly if
// something was said. Strings must decode, and what they decode to must quote and decode to itself. All in bounded time.
#include "grammar/parser.hpp"
#include "grammar/string_literal.hpp"
#include "grammar/syntax_views.hpp"
#include "tests/fuzz/claims.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using namespace sbx;

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

bool check_tiling(const SyntaxTree& tree) {
    std::uint32_t at = 0;
    bool has_error = false;
    for (const SyntaxElement& element : tree.elements) {
        require(element.begin == at && element.end >= element.begin);
        if (is_leaf(element.kind)) {
            require(element.size == 1);
            at = element.end;
            has_error = has_error || element.kind == SyntaxKind::error;
        }
    }
    require(at == tree.file->text().size());
    require(!tree.elements.empty() && tree.elements[0].size == tree.elements.size());
    return has_error;
}

/// `sound`: the file has no mistake, so it is UTF-8 without NUL, and what a string holds can be written again.
void check_string(const SyntaxNode& node, bool sound) {
    const Span span = node.span();
    std::uint32_t at = span.begin + 1;
    for (const StringPiece& piece : decode_string(node.text(), span.begin)) {
        require(piece.span.begin == at);
        at = piece.span.end;
        if (sound && !piece.is_reference) {
            const auto again = decode_string(quote_string(piece.value), 0);
            require(again.size() == 1 && again[0].value == piece.value);
        }
    }
    require(at + 1 == span.end);
}

void walk(const std::vector<StatementView>& statements, bool sound, std::size_t depth) {
    require(depth <= max_nesting);
    for (const StatementView& statement : statements) {
        require(!statement.keyword().text().empty() || statement.has_error());
        for (const SyntaxNode& item : statement.items()) {
            if (item.kind() == SyntaxKind::string) {
                check_string(item, sound);
            }
        }
        if (const auto block = statement.block()) {
            walk(block->statements(), sound, depth + 1);
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const sbx::test::BoundedTime bounded(size);
    const SourceFile file("fuzz.sbx", std::string(reinterpret_cast<const char*>(data), size));
    DiagnosticSink sink;
    const SyntaxTree tree = parse(file, sink);
    const auto diagnostics = sink.sorted();
    require(check_tiling(tree) == !diagnostics.empty());
    require(diagnostics.size() <= max_syntax_errors + 1);
    for (const Diagnostic& diagnostic : diagnostics) {
        require(!diagnostic.message.empty() && diagnostic.origin.span.begin <= diagnostic.origin.span.end);
        require(diagnostic.origin.file == &file && diagnostic.origin.span.end <= size && !diagnostic.origin.describe().empty());
    }
    walk(statements(tree), diagnostics.empty(), 0);
    return 0;
}
