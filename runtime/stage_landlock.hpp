// Puts the second wall into force, inside the stage (runtime/stage.cpp), which alone includes this: no library function, as there.
// Paths are opened without following links, inside the sandbox, so that rules are about what the payload sees. See landlock(7).
#pragma once

#include "runtime/stage_reader.hpp"
#include "runtime/system_call.hpp"

#include <asm/unistd.h>
#include <cerrno>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>

namespace sbx::runtime {

/// What went wrong, and where.
struct LandlockResult {
    long error = 0;  ///< 0: it is in force
    const char* path = "";
};

class StageLandlock {
public:
    explicit StageLandlock(StageReader& record) : record_(record) {}

    /// Reads its part of the record: rights, then descriptors that may be opened again by their names in /proc, then rules.
    LandlockResult enforce() {
        struct {
            unsigned long paths, tcp, scopes;
        } attributes;  // struct landlock_ruleset_attr, which older headers have shorter
        attributes.paths = static_cast<unsigned long>(record_.number());
        attributes.tcp = static_cast<unsigned long>(record_.number());
        attributes.scopes = static_cast<unsigned long>(record_.number());
        handled_ = attributes.paths;
        if ((attributes.paths | attributes.tcp | attributes.scopes) == 0) {
            return {};
        }
        ruleset_ = system_call(__NR_landlock_create_ruleset, &attributes, sizeof attributes, 0);
        if (ruleset_ < 0) {
            return {-ruleset_, ""};
        }
        for (long left = record_.number(); left > 0; --left) {
            permit_descriptor(record_.number());
        }
        for (long left = record_.number(); left > 0; --left) {
            const auto rights = static_cast<unsigned long>(record_.number());
            const bool optional = record_.number() != 0;
            const char* const path = record_.text();
            if (const long error = permit_path(path, rights, optional); error != 0) {
                return {error, path};
            }
        }
        const long result = system_call(__NR_landlock_restrict_self, ruleset_, 0);
        system_call(__NR_close_range, ruleset_, ruleset_, 0);
        return {-result, ""};
    }

private:
    static constexpr unsigned long execute = 1UL << 0, write_file = 1UL << 1, read_file = 1UL << 2, truncate_file = 1UL << 14,
                                   ioctl_dev = 1UL << 15, resolve_unix = 1UL << 16;
    /// Those that mean something for what is no directory: others are refused there with EINVAL.
    static constexpr unsigned long of_files = execute | write_file | read_file | truncate_file | ioctl_dev | resolve_unix;
    static constexpr long path_beneath = 1;  // LANDLOCK_RULE_PATH_BENEATH

    StageReader& record_;
    unsigned long handled_ = 0;
    long ruleset_ = -1;

    long add(long file, unsigned long rights) {
        if ((rights & handled_) == 0) {
            return 0;  // the kernel takes no rule without a right
        }
        struct {
            unsigned long rights;
            int parent;
        } __attribute__((packed)) rule;
        rule.rights = rights & handled_;
        rule.parent = static_cast<int>(file);
        return -system_call(__NR_landlock_add_rule, ruleset_, path_beneath, &rule, 0);
    }

    long permit_path(const char* path, unsigned long rights, bool optional) {
        open_how how;
        how.flags = O_PATH | O_CLOEXEC;
        how.mode = 0;
        how.resolve = RESOLVE_NO_SYMLINKS;
        const long file = system_call(__NR_openat2, AT_FDCWD, path, &how, sizeof how);
        if (file < 0) {
            // What may not be looked up needs no permission.
            return (optional && file == -ENOENT) || file == -EACCES ? 0 : -file;
        }
        long known = 0;
        if ((rights & handled_ & ~of_files) != 0) {
            struct stat status;
            known = system_call(__NR_newfstatat, file, "", &status, AT_EMPTY_PATH);
            rights = known == 0 && S_ISDIR(status.st_mode) ? rights : rights & of_files;
        }
        const long error = known < 0 ? -known : add(file, rights);
        system_call(__NR_close_range, file, file, 0);  // a filter may refuse close(2)
        return error;
    }

    /// A file or a terminal that was handed in, which no path of the sandbox leads to: /dev/stdin shall work. Sockets cannot be
    /// opened so, and pipes need no permission (EBADFD), but for those that have a name.
    void permit_descriptor(long descriptor) {
        struct stat status;
        if (system_call(__NR_newfstatat, descriptor, "", &status, AT_EMPTY_PATH) < 0 || S_ISDIR(status.st_mode) ||
            S_ISSOCK(status.st_mode)) {
            return;
        }
        const long mode = system_call(__NR_fcntl, descriptor, F_GETFL, 0);
        if (mode < 0) {
            return;
        }
        unsigned long rights = S_ISCHR(status.st_mode) ? ioctl_dev : 0;
        if ((mode & O_ACCMODE) != O_WRONLY) {
            rights |= read_file;
        }
        if ((mode & O_ACCMODE) != O_RDONLY) {
            rights |= write_file | truncate_file;
        }
        static_cast<void>(add(descriptor, rights));
    }
};

}  // namespace sbx::runtime
