// Judging and removing bundle directories; see the header. Everything is done relative to open directories, and no link is
// followed.
#include "compiler/cli/bundle_directory.hpp"

#include "compiler/cli/bundle_listing.hpp"
#include "compiler/cli/display_text.hpp"
#include "compiler/cli/file_handle.hpp"
#include "compiler/cli/streams.hpp"
#include "runtime/artifact_format.hpp"

#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <set>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace sbx::cli {
namespace {

constexpr std::size_t max_manifest_bytes = 64U << 20U;
constexpr int directory_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

struct Entry {
    std::string name;
    mode_t type = 0;  ///< S_IFREG …
};

/// Names and types in an open directory, without `.` and `..`; nullopt, with errno, if it cannot be read.
std::optional<std::vector<Entry>> list(int directory) {
    const int copy = ::openat(directory, ".", directory_flags);
    if (copy < 0) {
        return std::nullopt;
    }
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(copy), [](DIR* d) { return ::closedir(d); });
    if (stream == nullptr) {
        ::close(copy);
        return std::nullopt;
    }
    std::vector<Entry> entries;
    errno = 0;
    while (const dirent* found = ::readdir(stream.get())) {
        const std::string name = found->d_name;
        struct stat status {};
        if (name != "." && name != ".." && ::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
            entries.push_back({name, status.st_mode & S_IFMT});
        }
        errno = 0;
    }
    return errno == 0 ? std::optional(entries) : std::nullopt;
}

/// What the manifest in an open directory lists; nullopt if it is not ours.
std::optional<std::set<std::string>> listed_in(int directory) {
    const FileHandle file(
        ::openat(directory, std::string(format::manifest_file).c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    return file.valid() ? listed_files(read_all(file.get(), max_manifest_bytes, format::manifest_file)) : std::nullopt;
}

/// The first entry, in order of names, that `files` does not account for; `prefix` is empty or `data/`. What cannot be listed
/// cannot be accounted for.
std::string first_stranger(int directory, const std::string& prefix, const std::set<std::string>& files) {
    const auto entries = list(directory);
    if (!entries) {
        return prefix.empty() ? "." : prefix;
    }
    std::set<std::string> strangers;
    for (const Entry& entry : *entries) {
        const std::string name = prefix + entry.name;
        const auto below = files.lower_bound(name + "/");
        const bool holds_ours = below != files.end() && below->rfind(name + "/", 0) == 0;
        if (entry.type == S_IFDIR && prefix.empty() && holds_ours) {
            const FileHandle inner(::openat(directory, entry.name.c_str(), directory_flags));
            const std::string stranger = inner.valid() ? first_stranger(inner.get(), name + "/", files) : name;
            if (!stranger.empty()) {
                strangers.insert(stranger);
            }
        } else if (entry.type != S_IFREG || files.count(name) == 0) {
            strangers.insert(name);
        }
    }
    return strangers.empty() ? std::string() : *strangers.begin();
}

bool remove_entries(int directory, bool may_descend) {
    const auto entries = list(directory);
    if (!entries) {
        return false;
    }
    for (const Entry& entry : *entries) {
        const char* name = entry.name.c_str();
        if (entry.type == S_IFDIR && may_descend) {
            const FileHandle inner(::openat(directory, name, directory_flags));
            if (inner.valid() && !remove_entries(inner.get(), false)) {
                return false;
            }
        }
        if (::unlinkat(directory, name, entry.type == S_IFDIR ? AT_REMOVEDIR : 0) != 0 && errno != ENOENT) {
            return false;
        }
    }
    return true;
}

/// why_not_ours() of an open directory.
std::string judge(int directory) {
    const auto files = listed_in(directory);
    const std::string stranger = first_stranger(directory, "", files.value_or(std::set<std::string>()));
    if (stranger.empty()) {
        return {};
    }
    if (!files) {
        return fmt::format("holds `{}` and no manifest.json of policyc: it is not a bundle, so it is not replaced",
                           displayed(stranger));
    }
    return fmt::format("is a bundle, but also holds `{}`, which its manifest does not list: move it away, or it would be lost",
                       displayed(stranger));
}

/// Whether the open directory is still the one that has the name.
bool stands_there(int parent, const std::string& name, const FileHandle& directory) {
    struct stat now {};
    struct stat opened {};
    return directory.valid() && ::fstat(directory.get(), &opened) == 0 &&
           ::fstatat(parent, name.c_str(), &now, AT_SYMLINK_NOFOLLOW) == 0 && now.st_dev == opened.st_dev &&
           now.st_ino == opened.st_ino;
}

}  // namespace

std::string why_not_ours(int parent, const std::string& name) {
    while (true) {
        struct stat status {};
        if (::fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
            if (errno == ENOENT) {
                return {};
            }
            throw failure(errno, "look at", name);
        }
        if (S_ISLNK(status.st_mode)) {
            return "is a symbolic link: name the directory that it leads to";
        }
        if (!S_ISDIR(status.st_mode)) {
            return "exists and is not a directory";
        }
        const FileHandle directory(::openat(parent, name.c_str(), directory_flags));
        if (!directory.valid() && errno != ENOENT && errno != ENOTDIR && errno != ELOOP) {
            throw failure(errno, "open", name);
        }
        // Another run may swap the directory away and delete it while we read: then what was seen says nothing about what is there
        // now.
        const std::string reason = directory.valid() ? judge(directory.get()) : std::string("vanished");
        if (reason.empty() || stands_there(parent, name, directory)) {
            return reason;
        }
    }
}

bool remove_bundle(int parent, const std::string& name) {
    const FileHandle directory(::openat(parent, name.c_str(), directory_flags));
    if (!directory.valid()) {
        return errno == ENOENT;
    }
    return remove_entries(directory.get(), true) && (::unlinkat(parent, name.c_str(), AT_REMOVEDIR) == 0 || errno == ENOENT);
}

}  // namespace sbx::cli
