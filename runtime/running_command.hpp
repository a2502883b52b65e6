// The command, from the moment in which it is about to be executed: the process that signals are for, and by which the others of
// its sandbox are found.
#pragma once

#include "runtime/descriptor.hpp"

#include <chrono>
#include <sys/types.h>

namespace sbx::runtime {

class RunningCommand {
public:
    void begin(pid_t process);
    [[nodiscard]] bool is_over() const;
    void send(int number) const;
    /// To its whole group, unless that is the caller's own.
    void send_to_group(int number) const;
    /// Its process group in our numbers; 0 if there is none.
    [[nodiscard]] pid_t group() const;
    /// It neither handles nor ignores the signal. False if nobody knows.
    [[nodiscard]] bool takes_by_default(int number) const;
    /// To every process of its sandbox but the first, while the command runs; what has been stopped goes on, to take it. `monitor`:
    /// bubblewrap outside, which the caller has not reaped. Returns at `until` even if not all have had it.
    void send_to_all(int number, pid_t monitor, std::chrono::steady_clock::time_point until) const;

private:
    pid_t number_ = 0;
    Descriptor process_;  ///< a pidfd
};

}  // namespace sbx::runtime
