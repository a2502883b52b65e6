// Sources from the disk and from standard input; see the header.
#include "compiler/cli/disk_files.hpp"

#include "compiler/cli/file_handle.hpp"
#include "compiler/cli/streams.hpp"
#include "grammar/parser.hpp"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <memory>
#include <unistd.h>

namespace sbx::cli {

std::optional<std::string> DiskFiles::read(const std::string& path) const {
    const FileHandle file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (!file.valid()) {
        if (errno == ENOENT || errno == ENOTDIR) {
            return std::nullopt;
        }
        throw failure(errno, "open", path);
    }
    return read_all(file.get(), max_source_bytes + 1, path);
}

std::string DiskFiles::canonical(const std::string& path) const {
    const std::unique_ptr<char, void (*)(void*)> real(::realpath(path.c_str(), nullptr), std::free);
    if (real == nullptr) {
        throw failure(errno, "find", path);
    }
    return real.get();
}

std::string read_root(const std::string& path) {
    if (path == "-") {
        return read_all(STDIN_FILENO, max_source_bytes + 1, "<stdin>");
    }
    auto text = DiskFiles().read(path);
    if (!text) {
        throw failure(ENOENT, "open", path);
    }
    return *std::move(text);
}

}  // namespace sbx::cli
