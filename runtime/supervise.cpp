// Waits for the sandbox to end. See the header. One loop: the end of a child is a signal like the others, and what the pipes hold
// is read when it is needed, so that a run without incidents, helpers and limits of ours wakes the supervisor once.
#include "runtime/supervise.hpp"

#include "runtime/process_state.hpp"
#include "runtime/supervisor.hpp"

#include <cerrno>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace sbx::runtime {

namespace {

constexpr std::chrono::seconds time_to_set_up{10};
constexpr std::chrono::seconds grace_of_signals{2};
constexpr std::chrono::seconds time_to_die{10};

/// A child that cannot be waited for is none any more.
bool is_over(pid_t process, int* status) {
    pid_t result = 0;
    do {
        result = waitpid(process, status, WNOHANG);
    } while (result < 0 && errno == EINTR);  // the signal that told of it has been taken, and none comes again
    return result == process || result < 0;
}

}  // namespace

Supervisor::Supervisor(SandboxProcess sandbox, const Handover& handover, Watch& watch, Supervision how)
    : sandbox_(sandbox),
      handover_(handover),
      watch_(watch),
      how_(how),
      status_(handover.status_input.get(), handover.error_output.get()),
      set_up_by_(Clock::now() + time_to_set_up + how.time_for_network) {}

Ending Supervisor::run() {
    while (!ended_ && !given_up_) {
        wait();
    }
    read_messages();
    if (how_.relay != nullptr) {
        pass_on_the_rest();
    }
    return conclude();
}

void Supervisor::wait() {
    std::vector<pollfd> files;
    if (how_.relay != nullptr) {
        how_.relay->add_to(files);
    }
    if (how_.terminal != nullptr) {
        how_.terminal->add_to(files);
    }
    const Watch::Event event = watch_.wait(next_deadline(), listens(), files);
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
        look_at_output();
        look_at_typing();
    }
}

void Supervisor::handle(int number, const siginfo_t& info) {
    switch (number) {
        case SIGCHLD:
            reap();
            return;
        case SIGTSTP:
            stop();
            return;
        case SIGCONT:
            go_on();
            return;
        case SIGWINCH:
            change_size();
            return;
        default:
            forward(number, info.si_code == SI_KERNEL);
    }
}

void Supervisor::reap() {
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

void Supervisor::read_messages() {
    while (std::optional<Message> message = receive(handover_.channel.supervisor.get())) {
        if (Refusal* const refusal = std::get_if<Refusal>(&*message)) {
            ending_.refusal = std::move(*refusal);
        } else if (const Forked* const forked = std::get_if<Forked>(&*message)) {
            sandbox_.first = forked->process;
        } else if (const Ready* const ready = std::get_if<Ready>(&*message)) {
            ready_ = true;
            command_.begin(ready->process);
            begin_to_measure();
            if (how_.terminal != nullptr && !killing_) {
                how_.terminal->take();
            }
        } else if (Helper* const helper = std::get_if<Helper>(&*message)) {
            watch_.add(std::move(*helper));
        } else if (const NetworkMade* const network = std::get_if<NetworkMade>(&*message)) {
            ending_.network = *network;
        }
    }
}

/// To messages as they come, until the command is about to run; else they are read when they are needed.
bool Supervisor::listens() const {
    const bool has_helpers = how_.time_for_network.count() != 0;
    return (has_helpers || how_.limits.any() || how_.terminal != nullptr) && !ready_ && !is_deaf_;
}

/// They are killed with the sandbox, by its end; one that ends before takes the sandbox with it (R-NET-18).
void Supervisor::look_after_helpers() {
    const std::optional<std::string> name = watch_.ended_helper();
    if (!name) {
        return;
    }
    watch_.forget_helpers();
    if (!killing_ && !is_ending(sandbox_.first)) {
        read_messages();
        lost_helper_ = *name;
        kill_all();
    }
}

void Supervisor::kill_all() {
    killing_ = true;
    set_up_by_.reset();
    kill_at_ = Clock::now() + time_to_die;
    for (const pid_t process : {sandbox_.between, sandbox_.first}) {
        if (process != 0) {
            kill(process, SIGKILL);
        }
    }
}

void Supervisor::forward(int number, bool by_terminal) {
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
    kill_after(grace_of_signals);
    command_.send(number);
}

Ending supervise(SandboxProcess sandbox, const Handover& handover, Watch& watch, Supervision how) {
    return Supervisor(sandbox, handover, watch, how).run();
}

}  // namespace sbx::runtime
