// The long forms of the diagnostics, from compiler/cli/pages/CODE.txt, put into the program at build time by embed.cmake.
#pragma once

#include <string_view>
#include <vector>

namespace sbx::cli {

struct Page {
    std::string_view code;  ///< `SBX-F003`
    std::string_view text;  ///< the file as it is
};
/// Sorted by code.
[[nodiscard]] const std::vector<Page>& pages();

/// A page is sections, each opened by a line `== NAME`:
///   problem           what it means, in words
///   wrong             a file that gives this diagnostic and no other; `wrong -D NAME=VALUE` is compiled with that definition,
///                     `wrong (not compiled)` cannot be shown as a file: it is too large, or has bytes that no terminal should get
///   right             the same, mended: a file that compiles without a finding
///   file NAME         a further file that the two may name
///   why               the reason for the rule
///   exceptions        when it does not apply
/// in this order. Prose is filled to the width of a terminal.
struct PageSection {
    std::string_view name;
    std::string_view text;  ///< without blank lines around it
};
[[nodiscard]] std::vector<PageSection> sections(std::string_view page);

}  // namespace sbx::cli
