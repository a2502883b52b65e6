// See the header.
#include "grammar/styled_source.hpp"

#include "grammar/formatter.hpp"
#include "grammar/parser.hpp"

#include <utility>

namespace sbx {
namespace {

bool keeps_all(const SyntaxTree& tree, const std::string& text) {
    const SourceFile file("formatted", text);
    DiagnosticSink sink;
    const SyntaxTree again = parse(file, sink);
    return !sink.has_errors() && same_but_for_layout(tree, again);
}

}  // namespace

StyledSource styled_source(const SourceFile& source, DiagnosticSink& sink, const std::function<void(std::string&)>& spoil) {
    const SyntaxTree tree = parse(source, sink);
    if (sink.has_errors()) {
        return {Styling::broken, {}};
    }
    auto text = formatted(tree);
    if (!text) {
        return {Styling::too_large, {}};
    }
    if (spoil) {
        spoil(*text);
    }
    if (!keeps_all(tree, *text)) {
        return {Styling::not_same, {}};
    }
    return {Styling::done, *std::move(text)};
}

}  // namespace sbx
