// Looking up the fragments that are embedded by compiler/standard/embed.cmake, whose generated file defines the table.
#include "compiler/policy/standard_fragments.hpp"

#include <algorithm>

namespace sbx::policy {

// In the file that embed.cmake generates.
std::vector<StandardFragment> embedded_fragments();

const std::vector<StandardFragment>& standard_fragments() {
    static const std::vector<StandardFragment> fragments = [] {
        std::vector<StandardFragment> table = embedded_fragments();
        std::sort(table.begin(), table.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
        return table;
    }();
    return fragments;
}

std::optional<std::string_view> find_standard_fragment(std::string_view name) {
    for (const StandardFragment& fragment : standard_fragments()) {
        if (fragment.name == name) {
            return fragment.text;
        }
    }
    return std::nullopt;
}

bool is_standard(const Origin& origin) {
    const auto fragment = origin.known() ? find_standard_fragment(origin.file->name()) : std::nullopt;
    return fragment && (*fragment == origin.file->text() || origin.file->text().find_first_not_of('\n') == std::string_view::npos);
}

}  // namespace sbx::policy
