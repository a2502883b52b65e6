// Reads a directory and those in it, relative to what was opened. See the header.
#include "compiler/cli/bundle_reader.hpp"

#include "compiler/cli/file_handle.hpp"
#include "compiler/cli/streams.hpp"

#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <memory>
#include <set>
#include <sys/stat.h>

namespace sbx::cli {
namespace {

constexpr std::size_t longest_file = std::size_t{256} << 20U;
constexpr mode_t others_can_write = S_IWGRP | S_IWOTH;
constexpr mode_t permissions = 07777;

std::set<std::string> names_in(int directory, const std::string& shown) {
    const int copy = ::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(copy < 0 ? nullptr : ::fdopendir(copy), [](DIR* d) { return ::closedir(d); });
    if (stream == nullptr) {
        throw failure(errno, "read", shown);
    }
    std::set<std::string> names;
    errno = 0;
    while (const dirent* entry = ::readdir(stream.get())) {
        names.insert(entry->d_name);
    }
    if (errno != 0) {
        throw failure(errno, "read", shown);
    }
    names.erase(".");
    names.erase("..");
    return names;
}

class Reader {
public:
    explicit Reader(std::string path) : path_(std::move(path)) {}

    StoredBundle read() {
        const FileHandle root(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!root.valid()) {
            throw failure(errno, "open", path_);
        }
        read_directory(root.get(), "");
        return std::move(bundle_);
    }

private:
    void object(const std::string& name, std::string message) { bundle_.strangers.push_back({name, "", std::move(message), name}); }

    void read_directory(int directory, const std::string& prefix) {
        struct stat status {};
        if (::fstat(directory, &status) != 0) {
            throw failure(errno, "look at", path_ + "/" + prefix);
        }
        if ((status.st_mode & others_can_write) != 0) {
            object(prefix.empty() ? "." : prefix, "the directory can be written by others than its owner");
        }
        for (const std::string& name : names_in(directory, path_ + "/" + prefix)) {
            read_entry(directory, prefix, name);
        }
    }

    void read_entry(int directory, const std::string& prefix, const std::string& name) {
        const std::string shown = prefix + name;
        struct stat status {};
        if (::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
            throw failure(errno, "look at", path_ + "/" + shown);
        }
        const bool is_folder = S_ISDIR(status.st_mode) && prefix.empty();
        if (!is_folder && !S_ISREG(status.st_mode)) {
            object(shown, "it is no file, and a bundle has nothing else");
            return;
        }
        const int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | (is_folder ? O_DIRECTORY : 0);
        const FileHandle file(::openat(directory, name.c_str(), flags));
        if (!file.valid()) {
            throw failure(errno, "open", path_ + "/" + shown);
        }
        if (is_folder) {
            read_directory(file.get(), shown + "/");
            return;
        }
        // What was opened, not what had the name before.
        if (::fstat(file.get(), &status) != 0) {
            throw failure(errno, "look at", path_ + "/" + shown);
        }
        bundle_.files.emplace(shown, StoredFile{read_all(file.get(), longest_file, path_ + "/" + shown),
                                                static_cast<std::uint32_t>(status.st_mode & permissions)});
    }

    std::string path_;
    StoredBundle bundle_;
};

}  // namespace

verify::BundleFiles StoredBundle::view() const {
    verify::BundleFiles view;
    for (const auto& [name, file] : files) {
        view.emplace(name, verify::BundleFile{file.bytes, file.mode});
    }
    return view;
}

StoredBundle read_bundle(const std::string& path) {
    return Reader(path).read();
}

}  // namespace sbx::cli
