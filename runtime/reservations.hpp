// Names that a policy denies inside a writable tree and that do not exist yet: they are created, so that they can be masked, and
// removed after the run if nobody put anything there (R-FS-07). Also the locks that keep two sandboxes off one tree (R-RUN-10).
#pragma once

#include "runtime/descriptor.hpp"
#include "runtime/identity.hpp"

#include <string>
#include <sys/types.h>
#include <vector>

namespace sbx::runtime {

class Reservations {
public:
    explicit Reservations(const Identity& identity) : identity_(identity) {}
    /// Removes what is left, as the id that ran.
    ~Reservations() { release(); }
    Reservations(const Reservations&) = delete;
    Reservations& operator=(const Reservations&) = delete;

    /// Creates an empty directory (0700) or file (0400), exclusively. The effective ids must be those that will run.
    void reserve(const std::string& path, bool directory, const std::string& origin);

    /// Removes what is still empty and still ours. For after the last process of the sandbox.
    void release() noexcept;

private:
    struct Reserved {
        Descriptor parent;
        std::string name;
        bool directory = false;
        dev_t device = 0;
        ino_t inode = 0;
    };
    Identity identity_;
    std::vector<Reserved> reserved_;
};

/// Locks a tree until the descriptor is closed (flock(2)); refuses if another sandbox holds it. Closed if there is no such tree:
/// whether there must be is decided when it is bound.
[[nodiscard]] Descriptor lock_tree(const std::string& path);

}  // namespace sbx::runtime
