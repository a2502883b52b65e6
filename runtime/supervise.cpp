// Waits for the sandbox to end. See the header. One loop: the end of a child is a signal like the others, and what the pipes hold
// is read when it is needed, so that a run without incidents and without helpers wakes the supervisor once.
#include "runtime/supervise.hpp"

#include "runtime/bubblewrap_failure.hpp"
#include "runtime/process_state.hpp"
#include "runtime/status_reader.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <string>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sbx::runtime {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::seconds time_to_set_up{10};
constexpr std::chrono::seconds grace{2};
constexpr std::chrono::seconds time_to_die{10};

/// All that a pipe holds; its writers are gone.
std::string contents(int pipe) {
    std::string result;
    std::array<char, 4096> bytes{};
    for (;;) {
        const ssize_t got = read(pipe, bytes.data(), bytes.size());
        if (got > 0) {
            result.append(bytes.data(), static_cast<std::size_t>(got));
        } else if (got == 0 || errno != EINTR) {
            return result;
        }
    }
}

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

class Supervisor {
public:
    Supervisor(SandboxProcess sandbox, const Handover& handover, Watch& watch, Supervision how)
        : sandbox_(sandbox),
          handover_(handover),
          watch_(watch),
          how_(how),
          deadline_(Clock::now() + time_to_set_up + how.time_for_network) {}

    Ending run() {
        while (!ended_ && !given_up_) {
            const Watch::Event event = watch_.wait(deadline_, has_helpers() && !ready_);
            if (event.signal > 0) {
                handle(event.signal, event.info);
            } else if (event.timed_out) {
                time_is_up();
            } else if (has_helpers()) {
                read_messages();
            }
            look_after_helpers();
        }
        read_messages();
        return conclude();
    }

private:
    SandboxProcess sandbox_;
    const Handover& handover_;
    Watch& watch_;
    Supervision how_;
    std::optional<Clock::time_point> deadline_;
    bool ended_ = false, given_up_ = false, ready_ = false, killing_ = false;
    int status_ = 0;           ///< of bubblewrap, as waitpid(2) gives it
    std::string lost_helper_;  ///< that ended while the sandbox ran
    std::string not_started_;  ///< why everything was killed; void if the command ran after all
    Descriptor payload_;
    pid_t payload_process_ = 0;
    std::string said_;  ///< the first line of bubblewrap's own messages
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
        if (sandbox_.first != 0 && is_over(sandbox_.first, &status_)) {
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
                payload_process_ = ready->process;
                // If it has ended already there is nothing to send a signal to; its number is not used again so soon.
                payload_ = Descriptor(static_cast<int>(syscall(SYS_pidfd_open, ready->process, 0U)));
            } else if (Helper* const helper = std::get_if<Helper>(&*message)) {
                watch_.add(std::move(*helper));
            }
        }
    }

    [[nodiscard]] bool has_helpers() const { return how_.time_for_network.count() != 0; }

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

    void kill_all() {
        killing_ = true;
        deadline_ = Clock::now() + time_to_die;
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
        if (ending_.forwarded == 0 && ready_) {
            deadline_.reset();  // it was ready in time; nobody looked
            return;
        }
        if (ending_.forwarded == 0) {
            not_started_ = "the sandbox was not set up in time";
            ending_.late = true;
        }
        kill_all();
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
        deadline_ = Clock::now() + grace;
        if (payload_.open()) {
            syscall(SYS_pidfd_send_signal, payload_.get(), number, nullptr, 0U);
        }
    }

    /// The payload's session is not the terminal's, so that the terminal cannot stop it; SIGSTOP, because a session of its own is
    /// an orphaned group, for which the kernel ignores SIGTSTP.
    void signal_group(int number) {
        read_messages();
        const pid_t group = ready_ && !how_.shares_terminal ? getpgid(payload_process_) : -1;
        if (group > 1 && group != getpgrp()) {
            kill(-group, number);
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
            StatusReader status;
            status.feed(contents(handover_.status_input.get()));
            if (ready_ && status.exit_code() && !status.broken() && !gave_up(*status.exit_code())) {
                ending_.exit_code = *status.exit_code();
            } else if (ending_.killed) {
                ending_.exit_code = 128 + SIGKILL;
            } else {
                ending_.refusal = no_status();
            }
        }
        if (ending_.refusal) {
            ending_.exit_code = ending_.refusal->exit_code;
        }
        return std::move(ending_);
    }

    /// When its first process inside fails, bubblewrap passes that one's status on as if it were the command's.
    [[nodiscard]] bool gave_up(int exit_code) {
        constexpr std::string_view name = "bwrap: ";
        said_ = first_line(contents(handover_.error_output.get()));
        return exit_code == 1 && said_.substr(0, name.size()) == name;
    }

    [[nodiscard]] Refusal no_status() {
        if (said_.empty()) {
            said_ = first_line(contents(handover_.error_output.get()));
        }
        return describe_bubblewrap_failure(status_, said_, ready_);
    }
};

}  // namespace

Ending supervise(SandboxProcess sandbox, const Handover& handover, Watch& watch, Supervision how) {
    return Supervisor(sandbox, handover, watch, how).run();
}

}  // namespace sbx::runtime
