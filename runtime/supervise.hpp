// Step 9: from the process that becomes bubblewrap to the end of the sandbox. Signals go to the payload, then to everybody; every
// wait for set-up has an end; the exit status comes from bubblewrap's status stream and from nowhere else (R-RUN-06). Assumes that
// the supervised signals are blocked.
#pragma once

#include "runtime/caller_terminal.hpp"
#include "runtime/handover.hpp"
#include "runtime/output_relay.hpp"
#include "runtime/refusal.hpp"
#include "runtime/sandbox_process.hpp"
#include "runtime/supervised_limits.hpp"
#include "runtime/watch.hpp"

#include <chrono>
#include <optional>

namespace sbx::runtime {

/// Of a sandbox whose output is limited.
struct PassedOutput {
    std::uint64_t bytes = 0;  ///< that were passed on
    bool cut = false;         ///< more was written than the limit
};

struct Ending {
    bool started = false;             ///< the payload was executed, with everything in force
    int exit_code = exit_refused;     ///< of sbx-run
    int forwarded = 0;                ///< the last signal that was sent on, or that had everything killed; 0: none
    bool killed = false;              ///< by us, after a signal or because it was late
    bool late = false;                ///< it had not been set up in time
    std::optional<FiredLimit> limit;  ///< had the sandbox ended; the exit code is that of the signal which did it
    std::optional<PassedOutput> output;
    std::optional<NetworkMade> network;  ///< that is filtered; absent: it did not come that far
    std::optional<Refusal> refusal;      ///< why nothing ran, or why nobody knows how it ended
};

struct Supervision {
    bool shares_terminal = false;
    /// What a filtered network may take until it is up; 0: there is none. The sandbox tells of processes that it cannot do without.
    std::chrono::seconds time_for_network{0};
    SupervisedLimits limits{};
    OutputRelay* relay = nullptr;        ///< where output does not go straight to the caller's
    CallerTerminal* terminal = nullptr;  ///< where the command has one of its own
};

/// Returns when no process of the sandbox is left, and what it wrote has been passed on (`ends` of `handover` that are bubblewrap's
/// must be closed in this process).
[[nodiscard]] Ending supervise(SandboxProcess sandbox, const Handover& handover, Watch& watch, Supervision how);

}  // namespace sbx::runtime
