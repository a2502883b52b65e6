// Step 3: who runs. Assumes that main() has not changed ids yet; guarantees that a root caller's sandbox is not root (R-PRV-01),
// that the host's objects are opened with the rights of the id that will run, and that nothing of ours runs on borrowed rights.
#pragma once

#include "runtime/manifest.hpp"

#include <cstdint>
#include <sys/types.h>

namespace sbx::runtime {

struct Identity {
    uid_t uid = 0;  ///< on the host, and inside
    gid_t gid = 0;
    bool drops = false;                 ///< a root caller: the child must drop
    unsigned supplementary_groups = 0;  ///< of an ordinary caller beyond its primary group; they stay
};

/// Refuses root without `run_as`, set-id callers, and supplementary groups where the policy says none. Clears root's own groups.
[[nodiscard]] Identity choose_identity(const Manifest& manifest);

/// Effective ids of the one who will run, for as long as it lives; the real and saved ones stay root's, so that nobody else can
/// signal or trace us. Does nothing where no id is dropped.
class BorrowedIdentity {
public:
    explicit BorrowedIdentity(const Identity& identity);
    ~BorrowedIdentity();
    BorrowedIdentity(const BorrowedIdentity&) = delete;
    BorrowedIdentity& operator=(const BorrowedIdentity&) = delete;

private:
    bool borrowed_;
};

/// For the child: drops for good, looks whether it is true, and makes the process dumpable, without which it could not write its id
/// maps (R-PRV-10).
void drop_for_good(const Identity& identity);

}  // namespace sbx::runtime
