// Diagnostics as text for people: message, place, source line with carets, the other places that matter, notes and help. Pure:
// the same diagnostics give the same bytes; colours are the caller's choice, widths are constants.
#pragma once

#include "grammar/diagnostic.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::cli {

/// The SGR sequences that are used, all empty without colours (ECMA-48, 8.3.117).
struct Palette {
    std::string_view error, warning, remark, place, strong, plain;
};
[[nodiscard]] const Palette& palette(bool color);

/// How each file beyond the root was reached, as in policy::Profile.
using InclusionMap = std::map<const SourceFile*, Origin>;

struct RenderInput {
    const std::vector<Diagnostic>& diagnostics;
    const InclusionMap& included_from;
};

enum class Summary : std::uint8_t { printed, left_out };
/// Every diagnostic followed by an empty line, then the summary line; empty if there is nothing to say. Notes and help that an
/// earlier finding of the kind had word for word are left out.
[[nodiscard]] std::string render_text(const RenderInput& input, bool color, Summary last = Summary::printed);
/// One diagnostic, without summary.
[[nodiscard]] std::string render_text(const Diagnostic& diagnostic, const InclusionMap& included_from, bool color);
/// The place alone: ` --> file:line:column`, the source line, its carets with `words`, and how the file was reached. Empty for an
/// unknown origin.
[[nodiscard]] std::string render_place(const Origin& origin, std::string_view words, const InclusionMap& included_from, bool color);
/// `2 errors, 1 warning`, without a line end; empty for none.
[[nodiscard]] std::string summary(const std::vector<Diagnostic>& diagnostics);
/// `error`, `warning`, `pedantic`.
[[nodiscard]] std::string_view to_text(Severity severity);

}  // namespace sbx::cli
