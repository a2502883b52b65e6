// Finding them; see the header.
#include "compiler/cli/runtime_binary.hpp"

#include "compiler/cli/display_text.hpp"
#include "compiler/cli/file_handle.hpp"
#include "compiler/cli/streams.hpp"
#include "runtime/artifact_format.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <limits>
#include <memory>

namespace sbx::cli {

RuntimeSearch find_shipped(std::string_view name) {
    const std::unique_ptr<char, void (*)(void*)> self(::realpath("/proc/self/exe", nullptr), std::free);
    if (self == nullptr) {
        throw failure(errno, "find", "/proc/self/exe");
    }
    std::string folder = self.get();
    folder.erase(folder.rfind('/'));
    RuntimeSearch search;
    for (const std::string_view place : {"/", "/../libexec/policyc/", "/../libexec/"}) {
        const std::string path = folder + std::string(place) + std::string(name);
        search.looked_at.push_back("`" + displayed(path) + "`");
        const FileHandle file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
        if (file.valid()) {
            search.bytes = read_all(file.get(), std::numeric_limits<std::size_t>::max(), path);
            search.path = path;
            return search;
        }
        if (errno != ENOENT && errno != ENOTDIR) {
            throw failure(errno, "open", path);
        }
    }
    return search;
}

RuntimeSearch find_runtime_binary() {
    return find_shipped(format::runtime_file);
}

}  // namespace sbx::cli
