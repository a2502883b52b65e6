// The published forms of the JSON that bundles hold and that reports are printed in, from compiler/cli/schemas/NAME.schema.json,
// put into the program at build time by embed.cmake.
#pragma once

#include <string_view>
#include <vector>

namespace sbx::cli {

struct Schema {
    std::string_view name;  ///< `policy`, of policy.json
    std::string_view text;  ///< JSON Schema, draft 2020-12: the file as it is
};
/// Sorted by name.
[[nodiscard]] const std::vector<Schema>& schemas();

}  // namespace sbx::cli
