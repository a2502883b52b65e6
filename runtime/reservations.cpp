// Creates and removes placeholders, and locks trees. See the header.
#include "runtime/reservations.hpp"

#include "runtime/host_path.hpp"
#include "runtime/refusal.hpp"

#include <cerrno>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sbx::runtime {

void Reservations::reserve(const std::string& path, bool directory, const std::string& origin) {
    const std::size_t slash = path.rfind('/');
    Reserved entry;
    entry.name = path.substr(slash + 1);
    entry.directory = directory;
    std::optional<HostObject> parent = look_up(slash == 0 ? "/" : path.substr(0, slash), origin);
    if (!parent) {
        refuse(step::bind, quoted(path) + " is hidden, and the directory that would hold it does not exist (" + origin + ")",
               "create the directory");
    }
    entry.parent = std::move(parent->descriptor);
    bool made = false;
    if (directory) {
        made = mkdirat(entry.parent.get(), entry.name.c_str(), 0700) == 0;
    } else {
        made =
            Descriptor(openat(entry.parent.get(), entry.name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0400))
                .open();
    }
    struct stat status {};
    if (!made || fstatat(entry.parent.get(), entry.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
        refuse_errno(step::bind, quoted(path) + " is hidden and does not exist, and its name cannot be reserved (" + origin + ")",
                     errno, "create it, or let uid " + std::to_string(geteuid()) + " write there");
    }
    entry.device = status.st_dev;
    entry.inode = status.st_ino;
    reserved_.push_back(std::move(entry));
}

void Reservations::release() noexcept {
    if (reserved_.empty()) {
        return;
    }
    try {
        const BorrowedIdentity borrowed(identity_);
        // Last made, first removed: a reserved name may lie in a reserved directory.
        for (auto entry = reserved_.rbegin(); entry != reserved_.rend(); ++entry) {
            struct stat status {};
            const bool same = fstatat(entry->parent.get(), entry->name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
                              status.st_dev == entry->device && status.st_ino == entry->inode;
            if (same && (entry->directory || (status.st_size == 0 && status.st_nlink == 1))) {
                // A directory that somebody filled stays: rmdir refuses it.
                unlinkat(entry->parent.get(), entry->name.c_str(), entry->directory ? AT_REMOVEDIR : 0);
            }
        }
    } catch (const Refusal&) {
        // Leaving an empty, unreadable placeholder is safe; the next launch masks it.
    }
    reserved_.clear();
}

Descriptor lock_tree(const std::string& path) {
    struct open_how how {};
    how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
    how.resolve = RESOLVE_NO_SYMLINKS;
    Descriptor tree(static_cast<int>(syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof how)));
    if (!tree.open()) {
        const int error = errno;
        if (error == ENOENT) {
            return tree;
        }
        if (error == ELOOP) {
            static_cast<void>(look_up(path, ""));  // says which component is the link
        }
        refuse_errno(step::bind, quoted(path) + " cannot be opened to be locked", error,
                     "let uid " + std::to_string(geteuid()) + " read it");
    }
    if (flock(tree.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) {
            refuse(step::bind, "another sandbox is running on " + quoted(path),
                   "wait for it to end, or give this one a tree of its own");
        }
        refuse_errno(step::bind, quoted(path) + " cannot be locked", errno, "use a file system that has locks");
    }
    return out_of_the_way(std::move(tree));
}

}  // namespace sbx::runtime
