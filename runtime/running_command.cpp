// By pidfd, so that a number that was given away again is nobody else's. See the header.
#include "runtime/running_command.hpp"

#include "runtime/process_state.hpp"
#include "runtime/sandbox_tree.hpp"

#include <csignal>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sbx::runtime {

void RunningCommand::begin(pid_t process) {
    number_ = process;
    // If it has ended already there is nothing to send a signal to; its number is not used again so soon.
    process_ = Descriptor(static_cast<int>(syscall(SYS_pidfd_open, process, 0U)));
}

bool RunningCommand::is_over() const {
    pollfd end{process_.get(), POLLIN, 0};
    return !process_.open() || poll(&end, 1, 0) == 1;
}

void RunningCommand::send(int number) const {
    if (process_.open()) {
        syscall(SYS_pidfd_send_signal, process_.get(), number, nullptr, 0U);
    }
}

pid_t RunningCommand::group() const {
    const pid_t group = number_ > 0 ? getpgid(number_) : -1;
    return group > 1 ? group : 0;
}

bool RunningCommand::takes_by_default(int number) const {
    const auto state = number_ > 0 ? state_of(number_) : std::nullopt;
    return state && (((state->ignored | state->caught) >> static_cast<unsigned>(number - 1)) & 1U) == 0;
}

void RunningCommand::send_to_group(int number) const {
    if (const pid_t own = group(); own != 0 && own != getpgrp()) {
        kill(-own, number);
    }
}

void RunningCommand::send_to_all(int number, pid_t monitor, std::chrono::steady_clock::time_point until) const {
    SandboxTree tree;
    tree.hold(number_, monitor);
    if (!tree.signal_all(number, until)) {
        send(number);
        send(SIGCONT);
    }
}

}  // namespace sbx::runtime
