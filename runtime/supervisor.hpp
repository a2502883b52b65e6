// The state of one supervision, for the files that share it: what happens is taken in (supervise.cpp), limits and deadlines are
// kept (supervise_limits.cpp), a terminal is looked after (supervise_terminal.cpp), and what came of it is told
// (supervise_ending.cpp).
#pragma once

#include "runtime/bubblewrap_status.hpp"
#include "runtime/running_command.hpp"
#include "runtime/supervise.hpp"

#include <chrono>
#include <csignal>
#include <optional>
#include <string>

namespace sbx::runtime {

class Supervisor {
public:
    Supervisor(SandboxProcess sandbox, const Handover& handover, Watch& watch, Supervision how);
    Ending run();

private:
    using Clock = std::chrono::steady_clock;

    SandboxProcess sandbox_;
    const Handover& handover_;
    Watch& watch_;
    Supervision how_;
    BubblewrapStatus status_;
    std::optional<Clock::time_point> set_up_by_;
    std::optional<Clock::time_point> kill_at_;  ///< or, once that is done, the end of patience
    bool ended_ = false, given_up_ = false, ready_ = false, killing_ = false;
    bool is_deaf_ = false;     ///< no message comes any more
    bool is_cut_ = false;      ///< the output, and that has had its consequences
    int end_ = 0;              ///< of bubblewrap, as waitpid(2) gives it
    int dropped_for_ = 0;      ///< the signal that had the rest of the output dropped
    std::string lost_helper_;  ///< that ended while the sandbox ran
    std::string not_started_;  ///< why everything was killed; void if the command ran after all
    RunningCommand command_;
    std::optional<FiredLimit> fired_;  ///< the first one
    Ending ending_;

    void wait();
    void handle(int number, const siginfo_t& info);
    void reap();
    void read_messages();
    [[nodiscard]] bool listens() const;
    void look_after_helpers();
    void forward(int number, bool by_terminal);
    void signal_group(int number);
    void stop();
    void go_on();
    void change_size();
    void look_at_typing();
    void kill_all();

    [[nodiscard]] std::optional<Clock::time_point> next_deadline() const;
    void kill_after(std::chrono::milliseconds time);
    void look_at_time(const Watch::Event& event);
    void time_is_up();
    void begin_to_measure();
    void wall_time_is_over();
    void look_at_output();
    void end_by(const FiredLimit& limit);
    [[nodiscard]] FiredLimit limit_of_time() const;
    [[nodiscard]] FiredLimit limit_of_output() const;

    void pass_on_the_rest();
    [[nodiscard]] std::optional<Refusal> loss() const;
    void settle_exit_code();
    Ending conclude();
};

}  // namespace sbx::runtime
