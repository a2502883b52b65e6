// What the host's /proc says about processes.
#pragma once

#include <cstdint>
#include <optional>
#include <sys/types.h>
#include <vector>

namespace sbx::runtime {

struct ProcessState {
    pid_t process = 0;
    pid_t parent = 0;
    std::uint64_t flags = 0;                ///< the kernel's: PF_EXITING …
    std::uint64_t started = 0;              ///< clock ticks since boot: with `process`, the one process that this is
    std::uint64_t ignored = 0, caught = 0;  ///< signals from 1 to 31; bit n - 1 is signal n
};

/// nullopt, with errno set, for what is not there or cannot be read.
[[nodiscard]] std::optional<ProcessState> state_of(pid_t process);

/// All that are visible.
[[nodiscard]] std::vector<ProcessState> all_processes();

/// Whether it has begun to end, or has ended: its pid namespace is being emptied, if it is the first process of one. False if
/// nobody knows.
[[nodiscard]] bool is_ending(pid_t process);

}  // namespace sbx::runtime
