// The flaws that the broken launcher can have, as changes to what it would tell bubblewrap.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace sbx::naive {

using Flaws = std::set<std::string>;

/// Drops or changes options as the flaws name them.
[[nodiscard]] std::vector<std::string> spoiled(const Flaws& flaws, const std::vector<std::string>& words);
/// Whether the record that begins at `at` of bwrap.args binds a directory onto itself inside a writable tree that is bound onto
/// itself: it is there to keep the directory from being renamed. `trees` collects those trees.
[[nodiscard]] bool is_pin(const std::vector<std::string>& strings, std::size_t at, std::vector<std::string>& trees);

}  // namespace sbx::naive
