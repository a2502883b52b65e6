// Directories walked; see the header.
#include "compiler/cli/check_files.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

namespace sbx::cli {
namespace {

namespace fs = std::filesystem;

void walk(const fs::path& directory, std::vector<std::string>& found) {
    for (const fs::directory_entry& entry : fs::directory_iterator(directory)) {
        const std::string name = entry.path().filename().string();
        if (name.starts_with('.')) {
            continue;
        }
        if (entry.is_directory() && !entry.is_symlink()) {
            walk(entry.path(), found);
        } else if (entry.path().extension() == ".sbx" && !entry.is_directory()) {
            found.push_back(entry.path().string());
        }
    }
}

}  // namespace

CheckPaths check_paths(const std::vector<std::string>& words) {
    CheckPaths paths;
    std::set<std::string> taken;
    for (const std::string& word : words) {
        std::error_code unknown;
        std::vector<std::string> found;
        if (word != "-" && fs::is_directory(word, unknown)) {
            walk(word, found);
            for (std::string& path : found) {
                path.erase(0, path.starts_with("./") ? 2 : 0);  // as a `use` of it says it
            }
            std::sort(found.begin(), found.end());
            if (found.empty()) {
                paths.empty.push_back(word);
            }
        } else {
            found.push_back(word);
        }
        for (std::string& path : found) {
            if (taken.insert(path).second) {
                paths.files.push_back(std::move(path));
            }
        }
    }
    return paths;
}

}  // namespace sbx::cli
