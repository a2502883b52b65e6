// The fragments that are shipped inside the compiler, taken at build time from compiler/standard/*.sbx.
#pragma once

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

}  // namespace sbx::policy
