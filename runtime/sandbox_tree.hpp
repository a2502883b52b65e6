// The processes of a running sandbox, seen from outside: all descend from its first one (pid_namespaces(7)).
#pragma once

#include <chrono>
#include <sys/types.h>

namespace sbx::runtime {

class SandboxTree {
public:
    /// `command` is a child of the sandbox's first process, and that of `monitor`, bubblewrap outside: a child of the caller, which
    /// must not reap it while this is used. Where this is no longer so, the sandbox is ending, and nothing is held.
    void hold(pid_t command, pid_t monitor);

    /// Sends to every process but the first, which takes no signal: once to each, those included that are made meanwhile. What has
    /// been stopped goes on, to take it. However many there are, it goes on until `until` and no longer. False if none was found:
    /// what is hidden from /proc is not.
    [[nodiscard]] bool signal_all(int number, std::chrono::steady_clock::time_point until) const;

private:
    pid_t first_ = 0;  ///< 0: not held
    pid_t monitor_ = 0;

    [[nodiscard]] bool holds(pid_t process, std::chrono::steady_clock::time_point until) const;
};

}  // namespace sbx::runtime
