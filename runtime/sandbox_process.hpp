// The process that becomes bubblewrap. A root supervisor first makes a process between, which drops its ids for good before it
// creates any namespace (R-PRV-01) and then starts the other as our own child; so does one whose sandbox has a filtered network.
// Any other starts it itself.
#pragma once

#include "runtime/handover.hpp"
#include "runtime/preparation.hpp"

#include <sys/resource.h>
#include <sys/types.h>

namespace sbx::runtime {

struct SandboxProcess {
    pid_t between = 0;  ///< 0: none, or gone
    pid_t first = 0;    ///< 0: not known yet
};

/// `open_files` is the caller's own limit, which is restored where the policy sets none.
[[nodiscard]] SandboxProcess start_sandbox(const Preparation& preparation, const Handover& handover,
                                           const struct rlimit& open_files);

}  // namespace sbx::runtime
