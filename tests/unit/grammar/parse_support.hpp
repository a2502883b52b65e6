// What the tests of the parser share: a text parsed, its leaves as a string, the laws that every tree keeps.
#pragma once

#include "grammar/parser.hpp"
#include "grammar/syntax_views.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sbx::testing {

/// A text and all that came of it.
class Parsed {
public:
    explicit Parsed(std::string text);
    Parsed(const Parsed&) = delete;
    Parsed& operator=(const Parsed&) = delete;

    [[nodiscard]] const SourceFile& file() const { return file_; }
    [[nodiscard]] const SyntaxTree& tree() const { return tree_; }
    [[nodiscard]] std::vector<Diagnostic> diagnostics() const { return sink_.sorted(); }
    /// `kind(text)` for each leaf but white space, comments and line ends, separated by blanks.
    [[nodiscard]] std::string tokens() const;
    /// `CODE line:column message`, a line each; labels follow as `  label line:column words`, then help as `  help words`.
    [[nodiscard]] std::string report() const;

private:
    SourceFile file_;
    DiagnosticSink sink_;
    SyntaxTree tree_;
};

/// Empty if the tree is as it must be; otherwise what is wrong: leaves tile the file, nodes hold their children, statements neither
/// begin nor end with trivia, and there is an error leaf exactly if there is a diagnostic.
[[nodiscard]] std::string broken_law(const SyntaxTree& tree, bool has_diagnostics);

}  // namespace sbx::testing
