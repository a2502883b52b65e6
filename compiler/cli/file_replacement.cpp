// See the header. The steps: a private file beside the old one, with its owner, attributes and mode, synced; one rename; the
// directory synced.
#include "compiler/cli/file_replacement.hpp"

#include "compiler/cli/disk_files.hpp"
#include "compiler/cli/file_handle.hpp"
#include "compiler/cli/streams.hpp"
#include "grammar/parser.hpp"

#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <fmt/format.h>
#include <optional>
#include <sys/random.h>
#include <sys/xattr.h>
#include <unistd.h>

namespace sbx::cli {
namespace {

constexpr const char* access_list = "system.posix_acl_access";

/// Nothing if the file has no such attribute.
std::optional<std::string> attribute(int file, const std::string& name) {
    std::string value(XATTR_SIZE_MAX, '\0');
    const ssize_t size = ::fgetxattr(file, name.c_str(), value.data(), value.size());
    if (size < 0) {
        return std::nullopt;
    }
    value.resize(static_cast<std::size_t>(size));
    return value;
}

/// Digests that the kernel keeps of a file's bytes: those of others are worth nothing (Documentation/security/IMA-templates).
bool is_about_bytes(const std::string& name) {
    return name == "security.ima" || name == "security.evm";
}

void copy_attributes(int from, int to, const std::string& shown) {
    std::string names(XATTR_LIST_MAX, '\0');
    const ssize_t size = ::flistxattr(from, names.data(), names.size());
    if (size < 0 && errno != ENOTSUP) {
        throw failure(errno, "read the attributes of", shown);
    }
    names.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    for (std::size_t at = 0; at < names.size(); at = names.find('\0', at) + 1) {
        const std::string name = names.c_str() + at;
        const auto value = attribute(from, name);
        if (!value || is_about_bytes(name) || attribute(to, name) == value) {
            continue;
        }
        if (::fsetxattr(to, name.c_str(), value->data(), value->size(), 0) != 0) {
            throw failure(errno, "keep the attributes of", shown);
        }
    }
    // One that the directory gives to new files lets others in whom the old file did not.
    if (!attribute(from, access_list) && attribute(to, access_list) && ::fremovexattr(to, access_list) != 0) {
        throw failure(errno, "keep the access list of", shown);
    }
}

bool is_same(const struct stat& a, const struct stat& b) {
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_size == b.st_size && a.st_mtim.tv_sec == b.st_mtim.tv_sec &&
           a.st_mtim.tv_nsec == b.st_mtim.tv_nsec && a.st_ctim.tv_sec == b.st_ctim.tv_sec && a.st_ctim.tv_nsec == b.st_ctim.tv_nsec;
}

/// The new file; gone again unless it was put in place.
class Replacement {
public:
    explicit Replacement(const ReadFile& file) : file_(file) {
        const std::string path = DiskFiles().canonical(file.shown);
        folder_path_ = path.substr(0, path.rfind('/') + 1);
        name_ = path.substr(folder_path_.size());
        folder_ = FileHandle(::open(folder_path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (!folder_.valid()) {
            throw failure(errno, "open", folder_path_);
        }
        if (::faccessat(folder_.get(), name_.c_str(), W_OK, AT_EACCESS) != 0) {
            throw failure(errno, "write", file.shown);
        }
        std::uint64_t random = 0;
        if (::getrandom(&random, sizeof random, 0) != static_cast<ssize_t>(sizeof random)) {
            throw failure(errno, "get random bytes for", file.shown);
        }
        // The name, cut so that it stays below NAME_MAX.
        draft_name_ = fmt::format(".{}.policyc-fmt-{:016x}", name_.substr(0, 200), random);
        draft_ =
            FileHandle(::openat(folder_.get(), draft_name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
        if (!draft_.valid()) {
            throw failure(errno, "create a file in", folder_path_);
        }
    }
    Replacement(const Replacement&) = delete;
    Replacement& operator=(const Replacement&) = delete;
    ~Replacement() {
        if (!placed_) {
            ::unlinkat(folder_.get(), draft_name_.c_str(), 0);
        }
    }

    void fill(std::string_view text) {
        write_all(draft_.get(), text, file_.shown);
        struct stat status {};
        if (::fstat(draft_.get(), &status) != 0) {
            throw failure(errno, "look at", draft_name_);
        }
        const bool owned = status.st_uid == file_.status.st_uid && status.st_gid == file_.status.st_gid;
        if (!owned && ::fchown(draft_.get(), file_.status.st_uid, file_.status.st_gid) != 0) {
            throw failure(errno, "keep the owner of", file_.shown);
        }
        const FileHandle old(::openat(folder_.get(), name_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
        if (!old.valid()) {
            throw failure(errno, "open", file_.shown);
        }
        copy_attributes(old.get(), draft_.get(), file_.shown);
        if (::fchmod(draft_.get(), file_.status.st_mode & 07777U) != 0) {
            throw failure(errno, "keep the mode of", file_.shown);
        }
        if (::fsync(draft_.get()) != 0 || draft_.close() != 0) {
            throw failure(errno, "write", file_.shown);
        }
    }

    void put_in_place() {
        struct stat now {};
        if (::fstatat(folder_.get(), name_.c_str(), &now, AT_SYMLINK_NOFOLLOW) != 0) {
            throw failure(errno, "look at", file_.shown);
        }
        if (!is_same(now, file_.status)) {
            throw failure(EBUSY, "replace, since it was changed meanwhile,", file_.shown);
        }
        if (::renameat(folder_.get(), draft_name_.c_str(), folder_.get(), name_.c_str()) != 0) {
            throw failure(errno, "replace", file_.shown);
        }
        placed_ = true;
        if (::fsync(folder_.get()) != 0) {
            throw failure(errno, "sync", folder_path_);
        }
    }

private:
    const ReadFile& file_;
    std::string folder_path_;  // ends with `/`
    std::string name_;
    std::string draft_name_;
    FileHandle folder_;
    FileHandle draft_;
    bool placed_ = false;
};

}  // namespace

ReadFile read_file(const std::string& path) {
    ReadFile file;
    file.shown = path;
    const FileHandle handle(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (!handle.valid()) {
        throw failure(errno, "open", path);
    }
    if (::fstat(handle.get(), &file.status) != 0) {
        throw failure(errno, "look at", path);
    }
    file.text = read_all(handle.get(), max_source_bytes + 1, path);
    return file;
}

void replace_file(const ReadFile& file, std::string_view text) {
    Replacement replacement(file);
    replacement.fill(text);
    replacement.put_in_place();
}

}  // namespace sbx::cli
