// What the writers of completion scripts share.
#pragma once

#include "compiler/cli/completion.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sbx::cli {

/// `form` with each of the names, such as `@OPTIONS@`, replaced by its text.
[[nodiscard]] std::string filled_in(std::string_view form, const std::vector<std::pair<std::string_view, std::string>>& texts);
/// As part of a shell function's name: `sbx-run` gives `sbx_run`.
[[nodiscard]] std::string identifier(std::string_view name);
/// In single quotes, as sh and zsh read it; `quote` stands for a quote inside: `'\''` there, `\'` in fish.
[[nodiscard]] std::string single_quoted(std::string_view text, std::string_view quote = "'\\''");
[[nodiscard]] std::string joined_words(const std::vector<std::string>& words, std::string_view between = " ");

}  // namespace sbx::cli
