// See the header.
#include "runtime/handed_files.hpp"

#include "runtime/descriptor.hpp"
#include "runtime/descriptor_path.hpp"
#include "runtime/refusal.hpp"

#include <array>
#include <cerrno>
#include <climits>
#include <fcntl.h>
#include <linux/mount.h>
#include <string>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sbx::runtime {

namespace {

std::string name_of(int descriptor) {
    switch (descriptor) {
        case 0:
            return "standard input";
        case 1:
            return "standard output";
        case 2:
            return "standard error";
        default:
            return "descriptor " + std::to_string(descriptor);
    }
}

/// It is the owner's to make the file writable.
bool can_be_written(int descriptor, const struct stat& file) {
    struct statvfs mount {};
    if (fstatvfs(descriptor, &mount) == 0 && (mount.f_flag & ST_RDONLY) != 0) {
        return false;
    }
    return file.st_uid == geteuid() || faccessat(AT_FDCWD, link_to(descriptor).c_str(), W_OK, AT_EACCESS) == 0;
}

[[noreturn]] void refuse_file(int descriptor, const std::string& path, const std::string& why) {
    refuse(step::scrub, name_of(descriptor) + " is " + quoted(path) + ", which the command could open for writing, and " + why,
           descriptor == 0 ? "hand it in through a pipe: `cat FILE | sbx-run …`" : "hand it in through a pipe");
}

}  // namespace

void refuse_ways_to_the_host(const std::vector<int>& passed) {
    std::vector<int> handed = {0, 1, 2};
    handed.insert(handed.end(), passed.begin(), passed.end());
    for (const int descriptor : handed) {
        struct stat file {};
        const bool is_directory = fstat(descriptor, &file) == 0 && S_ISDIR(file.st_mode);
        const int flags = fcntl(descriptor, F_GETFL);
        if (is_directory || (flags >= 0 && (flags & O_PATH) != 0)) {
            refuse(step::scrub,
                   name_of(descriptor) + (is_directory ? " is a directory" : " is open by path alone (O_PATH)") +
                       ", from which the command could reach every file of the host",
                   descriptor <= 2 ? "redirect it to or from a file, a pipe or /dev/null"
                                   : "close it, and grant its path with `read` or `write`");
        }
    }
}

void protect_from_writing(int descriptor) {
    struct stat file {};
    const int flags = fcntl(descriptor, F_GETFL);
    if (flags < 0 || (flags & O_ACCMODE) != O_RDONLY || fstat(descriptor, &file) != 0 || !S_ISREG(file.st_mode) ||
        file.st_nlink == 0 || !can_be_written(descriptor, file)) {
        return;
    }
    const std::string path = path_of(descriptor);
    const auto refuse_this = [&](const std::string& why) { refuse_file(descriptor, path, why); };
    const Descriptor tree(static_cast<int>(
        syscall(SYS_open_tree, AT_FDCWD, path.c_str(), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_SYMLINK_NOFOLLOW)));
    if (!tree.open()) {
        refuse_this("this kernel gives no read-only mount of it: " + error_text(errno));
    }
    struct stat found {};
    if (fstat(tree.get(), &found) != 0 || found.st_dev != file.st_dev || found.st_ino != file.st_ino) {
        refuse_this("another file has its name by now");
    }
    struct mount_attr read_only {};
    read_only.attr_set = MOUNT_ATTR_RDONLY;
    if (syscall(SYS_mount_setattr, tree.get(), "", AT_EMPTY_PATH, &read_only, sizeof read_only) != 0) {
        refuse_this("this kernel gives no read-only mount of it: " + error_text(errno));
    }
    const Descriptor again(open(link_to(tree.get()).c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | (flags & O_NONBLOCK)));
    const off_t offset = lseek(descriptor, 0, SEEK_CUR);
    if (!again.open() || lseek(again.get(), offset, SEEK_SET) != offset || dup2(again.get(), descriptor) != descriptor) {
        refuse_this("it cannot be opened again for reading: " + error_text(errno));
    }
}

}  // namespace sbx::runtime
