// Which files a bundle on disk has to have, by its own word.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace sbx::cli {

/// The files that a manifest of policyc lists, itself included; nullopt if it is none. Reads up to the end of the list alone: a
/// manifest may be large, and its end does not matter here.
[[nodiscard]] std::optional<std::set<std::string>> listed_files(std::string_view manifest);

}  // namespace sbx::cli
