// The laws of a syntax tree, checked from its elements alone.
#include "tests/unit/grammar/parse_support.hpp"

#include <fmt/format.h>

namespace sbx::testing {

Parsed::Parsed(std::string text) : file_("test.sbx", std::move(text)), tree_(parse(file_, sink_)) {}

std::string Parsed::tokens() const {
    std::string result;
    for (const SyntaxElement& element : tree_.elements) {
        if (is_leaf(element.kind) && !is_trivia(element.kind)) {
            result += fmt::format("{}{}({})", result.empty() ? "" : " ", identifier(element.kind),
                                  file_.text({element.begin, element.end}));
        }
    }
    return result;
}

std::string Parsed::report() const {
    std::string result;
    const auto place = [](const Origin& origin) {
        const LineColumn at = origin.file->position(origin.span.begin);
        return fmt::format("{}:{}", at.line, at.column);
    };
    for (const Diagnostic& diagnostic : diagnostics()) {
        result += fmt::format("{} {} {}\n", info(diagnostic.kind).code, place(diagnostic.origin), diagnostic.message);
        for (const Label& label : diagnostic.labels) {
            result += fmt::format("  label {} {}\n", place(label.origin), label.text);
        }
        for (const std::string& help : diagnostic.help) {
            result += fmt::format("  help {}\n", help);
        }
    }
    return result;
}

std::string broken_law(const SyntaxTree& tree, bool has_diagnostics) {
    const auto& elements = tree.elements;
    if (elements.empty() || elements[0].kind != SyntaxKind::file || elements[0].size != elements.size()) {
        return "the first element is not the file with all below it";
    }
    std::uint32_t tiled = 0;
    bool has_error = false;
    std::vector<std::uint32_t> ends;  // of the nodes around the element
    for (std::uint32_t at = 0; at < elements.size(); ++at) {
        const SyntaxElement& element = elements[at];
        while (!ends.empty() && ends.back() <= at) {
            ends.pop_back();
        }
        if (!ends.empty() && at + element.size > ends.back()) {
            return fmt::format("element {} sticks out of its parent", at);
        }
        if (element.begin != tiled || element.end < element.begin) {
            return fmt::format("element {} begins at {}, not at {}", at, element.begin, tiled);
        }
        if (is_leaf(element.kind)) {
            if (element.size != 1) {
                return fmt::format("leaf {} has children", at);
            }
            tiled = element.end;
            has_error = has_error || element.kind == SyntaxKind::error;
            continue;
        }
        ends.push_back(at + element.size);
        const SyntaxElement& last = elements[at + element.size - 1];
        if (element.end != last.end) {
            return fmt::format("node {} ends at {}, its last part at {}", at, element.end, last.end);
        }
        if (element.kind == SyntaxKind::statement) {
            if (element.size == 1 || is_trivia(last.kind) || is_trivia(elements[at + 1].kind)) {
                return fmt::format("statement {} is empty, or begins or ends with trivia", at);
            }
        }
    }
    if (tiled != tree.file->text().size()) {
        return fmt::format("the leaves end at {} of {}", tiled, tree.file->text().size());
    }
    if (has_error != has_diagnostics) {
        return has_error ? "an error leaf without a diagnostic" : "a diagnostic without an error leaf";
    }
    return {};
}

}  // namespace sbx::testing
