// Reads and writes one cgroup. See the header.
#include "runtime/cgroup_directory.hpp"

#include "runtime/number.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/xattr.h>

namespace sbx::runtime {

namespace {

constexpr mode_t mode_of_cgroups = 0755;

/// Calls `use` with each of the words between `separators`.
template <class Use>
void for_each_word(std::string_view text, const char* separators, Use use) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find_first_of(separators), text.size());
        if (end != 0) {
            use(text.substr(0, end));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

}  // namespace

CgroupDirectory::CgroupDirectory(std::string path)
    : path_(std::move(path)), directory_(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) {
    struct statfs what {};
    if (directory_.open() && (fstatfs(directory_.get(), &what) != 0 || what.f_type != CGROUP2_SUPER_MAGIC)) {
        directory_.reset();
        errno = ENOENT;
    }
}

Descriptor CgroupDirectory::open_file(const char* file, int flags) const {
    return Descriptor(openat(directory_.get(), file, flags | O_NOFOLLOW | O_CLOEXEC));
}

bool CgroupDirectory::has(const char* file) const {
    return faccessat(directory_.get(), file, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

std::optional<std::string> CgroupDirectory::read(const char* file) const {
    const Descriptor source = open_file(file, O_RDONLY);
    if (!source.open()) {
        return std::nullopt;
    }
    std::string text;
    std::array<char, 4096> bytes{};
    while (true) {
        const ssize_t length = ::read(source.get(), bytes.data(), bytes.size());
        if (length < 0) {
            return std::nullopt;
        }
        if (length == 0) {
            return text;
        }
        text.append(bytes.data(), static_cast<std::size_t>(length));
    }
}

bool CgroupDirectory::write(const char* file, const std::string& text) const {
    const Descriptor target = open_file(file, O_WRONLY);
    return target.open() && ::write(target.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

std::optional<std::uint64_t> CgroupDirectory::count(const char* file, std::string_view name) const {
    std::optional<std::uint64_t> found;
    for_each_word(read(file).value_or(""), "\n", [&](std::string_view line) {
        if (line.size() > name.size() && line.substr(0, name.size()) == name && line[name.size()] == ' ') {
            found = read_number(line.substr(name.size() + 1));
        }
    });
    return found;
}

bool CgroupDirectory::lists(const char* file, std::string_view word) const {
    bool found = false;
    for_each_word(read(file).value_or(""), " \n", [&](std::string_view each) { found = found || each == word; });
    return found;
}

std::vector<pid_t> CgroupDirectory::processes() const {
    std::vector<pid_t> found;
    for_each_word(read("cgroup.procs").value_or(""), "\n",
                  [&](std::string_view line) { found.push_back(static_cast<pid_t>(read_number(line).value_or(0))); });
    return found;
}

CgroupDirectory CgroupDirectory::child(const std::string& name) const {
    return CgroupDirectory(path_ + "/" + name);
}

std::vector<std::string> CgroupDirectory::children(std::string_view prefix) const {
    std::vector<std::string> names;
    DIR* const listing = opendir(path_.c_str());
    if (listing == nullptr) {
        return names;
    }
    while (const struct dirent* const entry = readdir(listing)) {
        if (entry->d_type == DT_DIR && std::string_view(entry->d_name).substr(0, prefix.size()) == prefix) {
            names.emplace_back(entry->d_name);
        }
    }
    closedir(listing);
    return names;
}

bool CgroupDirectory::make(const std::string& name) const {
    return mkdirat(directory_.get(), name.c_str(), mode_of_cgroups) == 0;
}

bool CgroupDirectory::remove(const std::string& name) const {
    return unlinkat(directory_.get(), name.c_str(), AT_REMOVEDIR) == 0;
}

bool CgroupDirectory::lock() const {
    return flock(directory_.get(), LOCK_EX | LOCK_NB) == 0;
}

bool CgroupDirectory::is_gone() const {
    struct stat opened {};
    struct stat named {};
    return fstat(directory_.get(), &opened) != 0 || stat(path_.c_str(), &named) != 0 || opened.st_ino != named.st_ino;
}

bool CgroupDirectory::is_marked_delegated() const {
    for (const char* name : {"user.delegate", "trusted.delegate"}) {
        char value = 0;
        if (fgetxattr(directory_.get(), name, &value, 1) == 1 && value == '1') {
            return true;
        }
    }
    return false;
}

}  // namespace sbx::runtime
