// What the parser says. Assumes spans inside the file; guarantees that each mistake is said once, with what to write instead.
#pragma once

#include "grammar/diagnostic.hpp"
#include "grammar/encoding.hpp"
#include "grammar/token.hpp"

#include <cstddef>
#include <optional>

namespace sbx {

/// A token with a mistake, and where it is said. `whole` is the leaf.
struct WrongToken {
    const SourceFile& file;
    Span whole;
    Span at;
    Mistake mistake;
};
/// Says at most `budget` things (a string can have many bad escapes); returns how many.
std::size_t say_token(DiagnosticSink& sink, const WrongToken& token, std::size_t budget);

void say_encoding(DiagnosticSink& sink, const SourceFile& file, const EncodingMistake& mistake);
void say_too_large(DiagnosticSink& sink, const SourceFile& file);
/// `from`: where parsing stopped.
void say_too_many(DiagnosticSink& sink, const SourceFile& file, std::uint32_t from);

/// A block or list without closer.
struct Unclosed {
    const SourceFile& file;
    std::uint32_t opener = 0;            ///< the `{` or `[` to blame
    std::uint32_t missing = 0;           ///< where the closer was expected
    bool at_file_end = false;            ///< `missing` is there because the file ends
    std::size_t open_around = 0;         ///< how many more are open there
    std::optional<std::uint32_t> early;  ///< a closer that closed this opener, but stands in the indentation of another
    std::optional<Span> next_statement;  ///< a top-level word at the beginning of a line, inside
};
void say_unclosed(DiagnosticSink& sink, const Unclosed& unclosed);

}  // namespace sbx
