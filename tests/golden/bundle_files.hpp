// Bundles on disk, for tests: compiling with the built policyc, and reading what came out.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

namespace sbx::test {

namespace fs = std::filesystem;

inline std::string read_bytes(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// In a directory that is made if there is none.
inline void write_file(const fs::path& path, const std::string& text) {
    if (path.has_parent_path()) {
        fs::create_directories(path.parent_path());
    }
    std::ofstream(path, std::ios::binary) << text;
}

/// File name relative to the folder → its bytes, with the permission bits in front.
inline std::map<std::string, std::string> files_of(const fs::path& folder) {
    std::map<std::string, std::string> files;
    if (!fs::exists(folder)) {
        return files;
    }
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) {
            files[fs::relative(entry.path(), folder).string()] = read_bytes(entry.path());
        }
    }
    return files;
}

/// A directory of the test's own, gone with the value.
class ScratchDirectory {
public:
    ScratchDirectory() {
        std::string name = "/var/tmp/sbx-test.XXXXXX";
        path_ = mkdtemp(name.data());
        fs::permissions(path_, fs::perms(0755));
    }
    ScratchDirectory(const ScratchDirectory&) = delete;
    ScratchDirectory& operator=(const ScratchDirectory&) = delete;
    ~ScratchDirectory() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    [[nodiscard]] const fs::path& path() const { return path_; }

private:
    fs::path path_;
};

/// The exit status of a shell command line; 128+n for a signal.
inline int run(const std::string& command_line) {
    const int status = std::system(command_line.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace sbx::test
