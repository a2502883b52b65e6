// The files that `use`, `extends` and `within` name: beside the file that names them, or in a directory given with -I, and nowhere
// else. Internal to resolve().
#pragma once

#include "compiler/policy/resolve_values.hpp"

#include <optional>
#include <string>

namespace sbx::policy {

struct FoundFile {
    std::string name;         ///< for messages
    std::string canonical;    ///< tells files apart
    std::string stable_name;  ///< for artifacts
    std::string text;
};
/// Looks for `wanted` beside the file that names it, then in the -I directories; nullopt after L005.
[[nodiscard]] std::optional<FoundFile> find_file(FileResolver& file, const std::string& wanted, Origin origin);
void report_include(FileResolver& file, Origin origin, std::string message, std::string help);

}  // namespace sbx::policy
