// Waits for the sandbox to end. See the header. One loop: the end of a child is a signal like the others, and what the pipes hold
// is read when it is needed, so that a run without incidents and without helpers wakes the supervisor once.
#include "runtime/supervise.hpp"

#include "runtime/bubblewrap_status.hpp"
#include "runtime/process_state.hpp"
#include "runtime/running_command.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace sbx::runtime {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds time_to_set_up{10};
constexpr std::chrono::seconds grace{2};
constexpr std::chrono::seconds time_to_die{10};
constexpr std::chrono::seconds most_time_to_signal{5};  ///< many processes, during which nothing else is done

class Supervisor {
public:
    Supervisor(SandboxProcess sandbox, const Handover& handover, Watch& watch, Supervision how)
        : sandbox_(sandbox),
          handover_(handover),
          watch_(watch),
          how_(how),
          status_(handover.status_input.get(), handover.error_output.get()),
          set_up_by_(Clock::now() + time_to_set_up + how.time_for_network) {}

    Ending run() {
        while (!ended_ && !given_up_) {
            const Watch::Event event = watch_.wait(next_deadline(), listens());
            if (listens()) {
                read_messages();
            }
            is_deaf_ = is_deaf_ || event.no_messages;
            if (event.signal > 0) {
                handle(event.signal, event.info);
            }
            if (!ended_) {  // else its number is nobody's, or somebody else's
                look_at_time(event);
                look_after_helpers();
            }
        }
        read_messages();
        return conclude();
    }

private:
    /// Whatever else there is to do, and however often.
    void look_at_time(const Watch::Event& event) {
        if (event.time_over) {
            wall_time_is_over();
        }
        if (const auto deadline = next_deadline(); deadline && Clock::now() >= *deadline) {
            time_is_up();
        }
    }

    SandboxProcess sandbox_;
    const Handover& handover_;
    Watch& watch_;
    Supervision how_;
    BubblewrapStatus status_;
    std::optional<Clock::time_point> set_up_by_;
    std::optional<Clock::time_point> kill_at_;  ///< or, once that is done, the end of patience
    bool ended_ = false, given_up_ = false, ready_ = false, killing_ = false;
    bool is_deaf_ = false;     ///< no message comes any more
    int end_ = 0;              ///< of bubblewrap, as waitpid(2) gives it
    std::string lost_helper_;  ///< that ended while the sandbox ran
    std::string not_started_;  ///< why everything was killed; void if the command ran after all
    RunningCommand command_;
    std::optional<FiredLimit> fired_;
    Ending ending_;

    void handle(int number, const siginfo_t& info) {
        switch (number) {
            case SIGCHLD:
                reap();
                return;
            case SIGTSTP:
                stop();
                return;
            case SIGCONT:
                signal_group(SIGCONT);
                return;
            default:
                forward(number, info.si_code == SI_KERNEL);
        }
    }

    void reap() {
        if (sandbox_.between != 0 && is_over(sandbox_.between, nullptr)) {
            sandbox_.between = 0;
            read_messages();
            ended_ = sandbox_.first == 0;  // it could not start the other
            if (killing_ && !ended_) {
                kill_all();
            }
        }
        if (sandbox_.first != 0 && is_over(sandbox_.first, &end_)) {
            ended_ = true;
        }
    }

    /// A child that cannot be waited for is none any more.
    static bool is_over(pid_t process, int* status) {
        pid_t result = 0;
        do {
            result = waitpid(process, status, WNOHANG);
        } while (result < 0 && errno == EINTR);  // the signal that told of it has been taken, and none comes again
        return result == process || result < 0;
    }

    void read_messages() {
        while (std::optional<Message> message = receive(handover_.channel.supervisor.get())) {
            if (Refusal* const refusal = std::get_if<Refusal>(&*message)) {
                ending_.refusal = std::move(*refusal);
            } else if (const Forked* const forked = std::get_if<Forked>(&*message)) {
                sandbox_.first = forked->process;
            } else if (const Ready* const ready = std::get_if<Ready>(&*message)) {
                ready_ = true;
                command_.begin(ready->process);
                begin_to_measure();
            } else if (Helper* const helper = std::get_if<Helper>(&*message)) {
                watch_.add(std::move(*helper));
            }
        }
    }

    /// To messages as they come, until the command is about to run; else they are read when they are needed.
    [[nodiscard]] bool listens() const {
        const bool has_helpers = how_.time_for_network.count() != 0;
        return (has_helpers || how_.limits.any()) && !ready_ && !is_deaf_;
    }

    /// They are killed with the sandbox, by its end; one that ends before takes the sandbox with it (R-NET-18).
    void look_after_helpers() {
        const std::optional<std::string> name = watch_.ended_helper();
        if (!name) {
            return;
        }
        watch_.forget_helpers();
        if (!ended_ && !killing_ && !is_ending(sandbox_.first)) {
            read_messages();
            lost_helper_ = *name;
            kill_all();
        }
    }

    [[nodiscard]] std::optional<Clock::time_point> next_deadline() const {
        return set_up_by_ && kill_at_ ? std::min(set_up_by_, kill_at_) : set_up_by_ ? set_up_by_ : kill_at_;
    }

    void begin_to_measure() {
        if (const auto time = how_.limits.wall_time; time && !killing_) {
            set_up_by_.reset();
            watch_.start_timer(*time);
        }
    }

    /// Everything in the sandbox has the policy's grace to end; afterwards it is killed. A command that has ended already leaves
    /// no mark of the limit, unless what it left behind does not end with it.
    void end_by(const FiredLimit& limit) {
        read_messages();
        fired_ = limit;
        kill_after(how_.limits.grace);
        if (command_.is_over()) {
            return;
        }
        ending_.limit = limit;
        command_.send_to_all(SIGTERM, sandbox_.first, std::min(*kill_at_, Clock::now() + most_time_to_signal));
    }

    void wall_time_is_over() {
        watch_.stop_timer();
        if (!killing_) {
            end_by({"wall-time", static_cast<std::uint64_t>(how_.limits.wall_time->count()), "ms"});
        }
    }

    void kill_after(std::chrono::milliseconds time) {
        const Clock::time_point then = Clock::now() + time;
        kill_at_ = kill_at_ ? std::min(*kill_at_, then) : then;
    }

    void kill_all() {
        killing_ = true;
        set_up_by_.reset();
        kill_at_ = Clock::now() + time_to_die;
        for (const pid_t process : {sandbox_.between, sandbox_.first}) {
            if (process != 0) {
                kill(process, SIGKILL);
            }
        }
    }

    void time_is_up() {
        if (killing_) {
            given_up_ = true;
            return;
        }
        read_messages();
        if (!ready_) {
            not_started_ = "the sandbox was not set up in time";
            ending_.late = true;
            kill_all();
            return;
        }
        set_up_by_.reset();  // it was ready in time, though perhaps nobody looked
        if (kill_at_ && Clock::now() >= *kill_at_) {
            ending_.limit = fired_;
            kill_all();
        }
    }

    void forward(int number, bool by_terminal) {
        if (by_terminal && how_.shares_terminal) {
            return;  // the payload is in the terminal's foreground group too, and had it
        }
        read_messages();
        if (!ready_) {
            not_started_ = "signal " + std::to_string(number) + " came before the command ran";
            ending_.forwarded = number;  // should the command run before it is killed after all
            kill_all();
            return;
        }
        if (ending_.forwarded != 0) {
            kill_all();
            return;
        }
        ending_.forwarded = number;
        kill_after(grace);
        command_.send(number);
    }

    /// The payload's session is not the terminal's, so that the terminal cannot stop it; SIGSTOP, because a session of its own is
    /// an orphaned group, for which the kernel ignores SIGTSTP.
    void signal_group(int number) {
        read_messages();
        if (!how_.shares_terminal) {
            command_.send_to_group(number);
        }
    }
    void stop() {
        signal_group(SIGSTOP);
        static_cast<void>(raise(SIGSTOP));
    }

    Ending conclude() {
        ending_.started = ready_ && !ending_.refusal;
        ending_.killed = killing_ && ending_.started;
        if (given_up_) {
            ending_.refusal = Refusal{std::string(step::supervise), "a process of the sandbox does not die",
                                      "look for a file system that does not answer", exit_refused};
        } else if (!lost_helper_.empty() && !ending_.refusal) {
            ending_.refusal = Refusal{std::string(step::network), lost_helper_ + " ended while the sandbox needed it",
                                      "look for what ended it; the sandbox was killed", exit_refused};
        } else if (!not_started_.empty() && !ready_) {
            ending_.forwarded = 0;
            ending_.refusal = Refusal{std::string(step::supervise), not_started_, "start it again", exit_refused};
        }
        if (!ending_.refusal) {
            const std::optional<int> exit_code = ready_ ? status_.exit_code() : std::nullopt;
            if (ending_.limit) {
                ending_.exit_code = 128 + (killing_ ? SIGKILL : SIGTERM);  // whatever the command made of it
            } else if (exit_code) {
                ending_.exit_code = *exit_code;
            } else if (ending_.killed) {
                ending_.exit_code = 128 + SIGKILL;
            } else {
                ending_.refusal = status_.no_exit_code(end_, ready_);
            }
        }
        if (ending_.refusal) {
            ending_.exit_code = ending_.refusal->exit_code;
        }
        return std::move(ending_);
    }
};

}  // namespace

Ending supervise(SandboxProcess sandbox, const Handover& handover, Watch& watch, Supervision how) {
    return Supervisor(sandbox, handover, watch, how).run();
}

}  // namespace sbx::runtime
