// After the sandbox: what it wrote and nobody has read yet. Its reader is waited for, as the writer of a pipe waits.
#pragma once

#include "runtime/output_relay.hpp"
#include "runtime/watch.hpp"

#include <chrono>
#include <optional>

namespace sbx::runtime {

struct Drained {
    int signal = 0;          ///< that had the rest dropped; 0: none
    bool time_over = false;  ///< the watch's timer had
};

/// Assumes that no process of the sandbox is left, and that `watch` has no helpers. Returns when everything has been passed on, or
/// dropped: by a signal that ends, by the timer, at `until`.
[[nodiscard]] Drained drain(OutputRelay& relay, Watch& watch, std::optional<std::chrono::steady_clock::time_point> until);

}  // namespace sbx::runtime
