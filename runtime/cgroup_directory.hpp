// One directory of cgroup v2: its files, and the directories in it. Assumes nothing about who else works there; whatever fails
// leaves errno. cgroups(7), Documentation/admin-guide/cgroup-v2.rst of the kernel.
#pragma once

#include "runtime/descriptor.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace sbx::runtime {

class CgroupDirectory {
public:
    CgroupDirectory() = default;
    /// Not open if there is none, or if it is no cgroup v2; errno says why.
    explicit CgroupDirectory(std::string path);

    [[nodiscard]] bool open() const { return directory_.open(); }
    /// Where it is mounted, for messages: `/sys/fs/cgroup/user.slice`.
    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] bool has(const char* file) const;
    [[nodiscard]] std::optional<std::string> read(const char* file) const;
    /// Everything in one write(2), which is what the kernel takes for one request.
    [[nodiscard]] bool write(const char* file, const std::string& text) const;
    [[nodiscard]] Descriptor open_file(const char* file, int flags) const;

    /// Of a file with lines `NAME NUMBER`, as memory.events.
    [[nodiscard]] std::optional<std::uint64_t> count(const char* file, std::string_view name) const;
    /// Of a file that lists words, as cgroup.controllers.
    [[nodiscard]] bool lists(const char* file, std::string_view word) const;
    /// Of cgroup.procs; one of another pid namespace is 0.
    [[nodiscard]] std::vector<pid_t> processes() const;

    [[nodiscard]] CgroupDirectory child(const std::string& name) const;
    /// Its names that begin with `prefix`.
    [[nodiscard]] std::vector<std::string> children(std::string_view prefix) const;
    [[nodiscard]] bool make(const std::string& name) const;
    [[nodiscard]] bool remove(const std::string& name) const;
    /// Held as long as this is open: whoever has it uses the directory. False if somebody else does.
    [[nodiscard]] bool lock() const;
    /// It was removed since it was opened.
    [[nodiscard]] bool is_gone() const;
    /// Of the delegation mark of systemd (systemd's CGROUP_DELEGATION).
    [[nodiscard]] bool is_marked_delegated() const;

private:
    std::string path_;
    Descriptor directory_;
};

}  // namespace sbx::runtime
