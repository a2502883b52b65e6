// Everything that `policyc explain` has something to say about.
#pragma once

#include <string_view>
#include <vector>

namespace sbx::cli {

/// Codes (`SBX-F003`) and names of diagnostics.
[[nodiscard]] std::vector<std::string_view> diagnostic_words();
/// Those, address sets, groups of system calls, and words of the language; some occur more than once.
[[nodiscard]] std::vector<std::string_view> explained_words();

}  // namespace sbx::cli
