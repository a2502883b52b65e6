// What a check is about: the files that were named, and the policies below the directories that were.
#pragma once

#include <string>
#include <vector>

namespace sbx::cli {

struct CheckPaths {
    std::vector<std::string> files;  ///< in the order of the words; those of a directory sorted; each once
    std::vector<std::string> empty;  ///< directories without a policy
};
/// `*.sbx` at any depth; what begins with a dot, and directories behind symbolic links, are left out. std::system_error if a
/// directory can't be read. A word that is no directory is taken as it is.
[[nodiscard]] CheckPaths check_paths(const std::vector<std::string>& words);

}  // namespace sbx::cli
