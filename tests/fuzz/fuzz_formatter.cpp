// Any bytes through the formatter: what parses without mistakes comes out without mistakes, says the same with the same comments,
// is its own form in the style, and its diff from the source is in proportion. All in bounded time.
#include "compiler/cli/unified_diff.hpp"
#include "grammar/formatter.hpp"
#include "grammar/parser.hpp"
#include "tests/fuzz/claims.hpp"

#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace sbx;
    using test::require;
    const test::BoundedTime bounded(size);
    const SourceFile source("fuzz.sbx", std::string(reinterpret_cast<const char*>(data), size));
    DiagnosticSink sink;
    const SyntaxTree tree = parse(source, sink);
    if (sink.has_errors()) {
        return 0;
    }
    const auto text = formatted(tree);
    require(text.has_value(), "what is small stays small enough");
    const SourceFile result("fuzz.sbx", *text);
    const SyntaxTree again = parse(result, sink);
    require(!sink.has_errors(), "what is formatted has no mistakes", *text);
    require(same_but_for_layout(tree, again), "formatting keeps words and comments", *text);
    require(formatted(again) == text, "what is in the style is left alone", *text);
    // No line is said more than once on either side, and a line of a hunk has a sign more.
    const std::string diff = cli::unified_diff("fuzz.sbx", source.text(), *text);
    require(diff.size() <= 100 + 64 * (size + text->size()), "a diff is in proportion", diff);
    require(diff.empty() == (source.text() == *text), "there is a diff exactly where there is a difference", diff);
    return 0;
}
