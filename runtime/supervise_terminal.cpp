// What a terminal is about: stopping and going on, its size, what is typed. See the header.
#include "runtime/supervisor.hpp"

namespace sbx::runtime {

/// The payload's session is not the terminal's, so that the terminal cannot stop it; SIGSTOP, because a session of its own is
/// an orphaned group, for which the kernel ignores SIGTSTP.
void Supervisor::signal_group(int number) {
    read_messages();
    if (how_.shares_terminal) {
        return;
    }
    command_.send_to_group(number);
    if (const pid_t job = how_.terminal != nullptr ? how_.terminal->foreground_group() : 0; job != 0 && job != command_.group()) {
        kill(-job, number);  // of a shell inside
    }
}

void Supervisor::stop() {
    signal_group(SIGSTOP);
    if (how_.terminal != nullptr) {
        how_.terminal->release();
    }
    static_cast<void>(raise(SIGSTOP));
}

void Supervisor::go_on() {
    if (how_.terminal != nullptr && ready_) {
        how_.terminal->take();
        how_.terminal->resize();
    }
    signal_group(SIGCONT);
}

/// The kernel tells those of whom the terminal is the controlling one.
void Supervisor::change_size() {
    if (how_.terminal != nullptr) {
        how_.terminal->resize();
    }
    if (how_.terminal == nullptr || !how_.terminal->takes_input()) {
        read_messages();
        if (!how_.shares_terminal) {
            command_.send_to_group(SIGWINCH);
        }
    }
}

/// The key that suspends is for the command as long as it is in the foreground of its terminal and does not take the signal itself:
/// then nobody inside could be stopped by it, and the sandbox is.
void Supervisor::look_at_typing() {
    if (how_.terminal == nullptr) {
        return;
    }
    const auto suspends = [this] {
        return how_.terminal->foreground_group() == command_.group() && command_.takes_by_default(SIGTSTP);
    };
    if (how_.terminal->serve(suspends)) {
        stop();
    }
}

}  // namespace sbx::runtime
