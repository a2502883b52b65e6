// What a supervisor waits for, in one place: signals, the end of helpers, a limit of time, and messages while there is something to
// hear. Assumes that the supervised signals are blocked.
#pragma once

#include "runtime/channel.hpp"

#include <chrono>
#include <csignal>
#include <optional>
#include <poll.h>
#include <vector>

namespace sbx::runtime {

class Watch {
public:
    /// `channel` is the supervisor's end; `measures`: start_timer will be called. Refuses at step `supervise`.
    Watch(int channel, bool measures);

    void add(Helper helper) { helpers_.push_back(std::move(helper)); }
    void forget_helpers() { helpers_.clear(); }

    struct Event {
        int signal = 0;  ///< 0: none; `info` is about it
        siginfo_t info{};
        bool time_over = false;    ///< of the timer
        bool no_messages = false;  ///< nobody is left who could send one: those that were sent are all there are
    };
    /// Waits for a signal, a helper's end, the timer, the deadline, what is asked of `others`, and with `messages` for a message.
    /// It may return for none of these, too, and says nothing about the deadline.
    [[nodiscard]] Event wait(std::optional<std::chrono::steady_clock::time_point> deadline, bool messages,
                             const std::vector<pollfd>& others) const;

    /// From now on, by the clock that goes on while the machine sleeps (CLOCK_BOOTTIME): it rings when the machine wakes up. `time`
    /// is above 0.
    void start_timer(std::chrono::milliseconds time) const;
    void stop_timer() const;

    /// The name of a helper that has ended.
    [[nodiscard]] std::optional<std::string> ended_helper() const;

private:
    int channel_;
    sigset_t signals_;
    Descriptor signal_;
    Descriptor timer_;
    std::vector<Helper> helpers_;
};

}  // namespace sbx::runtime
