// Variables that may not come from a caller, because they change how programs are loaded or interpreted.
#pragma once

#include <string_view>
#include <vector>

namespace sbx::policy {

/// One row of loader_variables.def.
struct LoaderVariable {
    std::string_view pattern;  ///< a name, or one with a `*` at its end or start
    std::string_view why;
};
[[nodiscard]] const std::vector<LoaderVariable>& loader_variables();

/// The row that a name matches, or that some name which a pattern (`P*`, `*`) lets through would match; nullptr when none. A
/// pattern meets `*_proxy` only where a proxy variable that curl(1) names would come through.
[[nodiscard]] const LoaderVariable* find_loader_variable(std::string_view name_or_pattern);
[[nodiscard]] inline bool is_loader_variable(std::string_view name_or_pattern) {
    return find_loader_variable(name_or_pattern) != nullptr;
}

}  // namespace sbx::policy
