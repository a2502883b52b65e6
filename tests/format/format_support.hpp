// What the tests of the formatter share: a text and its tree, formatting with all that must hold of the result, and the policies of
// this source tree.
#pragma once

#include "grammar/diagnostic.hpp"
#include "grammar/parser.hpp"

#include <string>
#include <vector>

namespace sbx::test {

/// A text, its tree, and whether it has mistakes of syntax.
struct Source {
    explicit Source(std::string text);
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;

    SourceFile file;
    DiagnosticSink sink;
    SyntaxTree tree;
    bool broken;
};

/// The text of a source without mistakes in the style. Fails the test unless the result has none either, says the same with the
/// same comments, and is its own form in the style.
[[nodiscard]] std::string in_style(const Source& source);
[[nodiscard]] std::string in_style(const std::string& text);
/// Its comments, in order, without white space at their ends.
[[nodiscard]] std::vector<std::string> comments_of(const Source& source);

[[nodiscard]] std::string read_file(const std::string& path);
/// Paths of all files below a folder of the source tree that end so, sorted.
[[nodiscard]] std::vector<std::string> files_below(const std::string& folder, const std::string& ending);

/// A policy's text and where it is from.
struct NamedPolicy {
    std::string name;
    std::string text;
};
/// Every policy of the tests, the examples and the standard fragments, those with mistakes included.
[[nodiscard]] const std::vector<NamedPolicy>& every_policy();

}  // namespace sbx::test
