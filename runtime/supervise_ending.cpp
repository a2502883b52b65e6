// What is left of the output when the sandbox has ended, and what came of it all. See the header.
#include "runtime/drain.hpp"
#include "runtime/supervisor.hpp"

namespace sbx::runtime {

namespace {

constexpr std::chrono::seconds time_to_drain{1};

}  // namespace

/// A reader that is slow has time, but not much where something had the sandbox ended.
void Supervisor::pass_on_the_rest() {
    OutputRelay& relay = *how_.relay;
    const bool hurries = fired_ || killing_ || given_up_ || ending_.forwarded != 0;
    watch_.forget_helpers();
    const Drained drained = drain(relay, watch_, hurries ? std::optional(Clock::now() + time_to_drain) : std::nullopt);
    if (how_.limits.output) {
        ending_.output = PassedOutput{relay.passed(), relay.cut()};
    }
    if (relay.cut() && !ending_.limit) {
        ending_.limit = limit_of_output();  // it is chance whether that was found before the command ended
    } else if (drained.time_over && !ending_.limit) {
        ending_.limit = limit_of_time();
    } else if (drained.signal != 0) {
        ending_.forwarded = dropped_for_ = drained.signal;
    }
}

/// Why it is not known how the command ended, or not all came of it that should.
std::optional<Refusal> Supervisor::loss() const {
    if (given_up_) {
        return Refusal{std::string(step::supervise), "a process of the sandbox does not die",
                       "look for a file system that does not answer", exit_refused};
    }
    if (!lost_helper_.empty() && !ending_.refusal) {
        return Refusal{std::string(step::network), lost_helper_ + " ended while the sandbox needed it",
                       "look for what ended it; the sandbox was killed", exit_refused};
    }
    if (!not_started_.empty() && !ready_) {
        return Refusal{std::string(step::supervise), not_started_, "start it again", exit_refused};
    }
    if (ending_.refusal) {
        return ending_.refusal;
    }
    if (how_.relay != nullptr && how_.relay->error() != 0) {
        return Refusal{std::string(step::supervise),
                       "what the command wrote cannot be passed on: " + error_text(how_.relay->error()),
                       "look at where standard output and error go", exit_refused};
    }
    return std::nullopt;
}

void Supervisor::settle_exit_code() {
    const std::optional<int> exit_code = ready_ ? status_.exit_code() : std::nullopt;
    if (ending_.limit) {
        ending_.exit_code = 128 + (killing_ ? SIGKILL : SIGTERM);  // whatever the command made of it
    } else if (dropped_for_ != 0) {
        ending_.exit_code = 128 + dropped_for_;
    } else if (exit_code) {
        ending_.exit_code = *exit_code;
    } else if (ending_.killed) {
        ending_.exit_code = 128 + SIGKILL;
    } else {
        ending_.refusal = status_.no_exit_code(end_, ready_);
    }
}

Ending Supervisor::conclude() {
    ending_.started = ready_ && !ending_.refusal;
    ending_.killed = killing_ && ending_.started;
    if (!ready_ && !given_up_) {
        ending_.forwarded = 0;  // to nobody
    }
    ending_.refusal = loss();
    if (!ending_.refusal) {
        settle_exit_code();
    }
    if (ending_.refusal) {
        ending_.exit_code = ending_.refusal->exit_code;
    }
    return std::move(ending_);
}

}  // namespace sbx::runtime
