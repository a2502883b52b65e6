// The fragments that are shipped inside the compiler, taken at build time from compiler/standard/*.sbx.
#pragma once

#include "grammar/source_file.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace sbx::policy {

struct StandardFragment {
    std::string_view name;  ///< `std/system`
    std::string_view text;
};
/// Sorted by name.
[[nodiscard]] const std::vector<StandardFragment>& standard_fragments();
[[nodiscard]] std::optional<std::string_view> find_standard_fragment(std::string_view name);
/// Whether a place lies in one of them, and not in a file of the user's. Of a bundle the text of its sources is not known: there
/// the name is enough.
[[nodiscard]] bool is_standard(const Origin& origin);

}  // namespace sbx::policy
