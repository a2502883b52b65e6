// Text to syntax. Total: any bytes give a tree whose leaves tile them, with an error leaf wherever there is a diagnostic.
#pragma once

#include "grammar/diagnostic.hpp"
#include "grammar/syntax_tree.hpp"

namespace sbx {

/// Largest file that is read, in bytes; a larger one is one diagnostic and an empty tree (language reference, section 2).
inline constexpr std::size_t max_source_bytes = 4U << 20U;
/// Blocks and lists nest at most this deep; deeper ones are one diagnostic and skipped as a whole.
inline constexpr std::size_t max_nesting = 32;
/// After so many syntax errors in one file the rest of it is not parsed, and that is said: nobody reads more.
inline constexpr std::size_t max_syntax_errors = 100;

[[nodiscard]] SyntaxTree parse(const SourceFile& file, DiagnosticSink& sink);

}  // namespace sbx
