// Words of the language that are values, or modify a statement, and are in no table of their own. Resolution, completion and the
// grammars for editors read the same lists.
#pragma once

#include <string_view>
#include <vector>

namespace sbx::policy {

/// What `target bwrap` takes.
[[nodiscard]] const std::vector<std::string_view>& bubblewrap_features();
/// What `may-degrade` takes, and the word for all of it.
[[nodiscard]] const std::vector<std::string_view>& degradable_words();
inline constexpr std::string_view degradable_landlock = "landlock";
inline constexpr std::string_view every_degradable = "all";
/// How the constraint of a `param` begins, and goes on.
[[nodiscard]] const std::vector<std::string_view>& constraint_words();
/// Words inside statements that their signatures leave out.
[[nodiscard]] const std::vector<std::string_view>& unsigned_words();

}  // namespace sbx::policy
