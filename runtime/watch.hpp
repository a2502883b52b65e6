// What a supervisor waits for, in one place: signals, the end of helpers, and messages while there is something to hear. Assumes
// that the supervised signals are blocked.
#pragma once

#include "runtime/channel.hpp"

#include <chrono>
#include <csignal>
#include <optional>
#include <vector>

namespace sbx::runtime {

class Watch {
public:
    /// `channel` is the supervisor's end. Refuses at step `supervise`.
    explicit Watch(int channel);

    void add(Helper helper) { helpers_.push_back(std::move(helper)); }
    void forget_helpers() { helpers_.clear(); }

    struct Event {
        int signal = 0;  ///< 0: none; `info` is about it
        siginfo_t info{};
        bool timed_out = false;
    };
    /// Waits for a signal, a helper's end, the deadline, and with `messages` for a message. It may return for none of these, too.
    [[nodiscard]] Event wait(std::optional<std::chrono::steady_clock::time_point> deadline, bool messages) const;

    /// The name of a helper that has ended.
    [[nodiscard]] std::optional<std::string> ended_helper() const;

private:
    int channel_;
    sigset_t signals_;
    Descriptor signal_;
    std::vector<Helper> helpers_;
};

}  // namespace sbx::runtime
