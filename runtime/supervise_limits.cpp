// Time and output: what is kept while the sandbox runs, and what happens when it is over. See the header.
#include "runtime/supervisor.hpp"

#include <algorithm>

namespace sbx::runtime {

namespace {

constexpr std::chrono::seconds most_time_to_signal{5};  // many processes, during which nothing else is done

}  // namespace

std::optional<Supervisor::Clock::time_point> Supervisor::next_deadline() const {
    return set_up_by_ && kill_at_ ? std::min(set_up_by_, kill_at_) : set_up_by_ ? set_up_by_ : kill_at_;
}

void Supervisor::kill_after(std::chrono::milliseconds time) {
    const Clock::time_point then = Clock::now() + time;
    kill_at_ = kill_at_ ? std::min(*kill_at_, then) : then;
}

/// Whatever else there is to do, and however often.
void Supervisor::look_at_time(const Watch::Event& event) {
    if (event.time_over) {
        wall_time_is_over();
    }
    if (const auto deadline = next_deadline(); deadline && Clock::now() >= *deadline) {
        time_is_up();
    }
}

void Supervisor::time_is_up() {
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

void Supervisor::begin_to_measure() {
    if (const auto time = how_.limits.wall_time; time && !killing_) {
        set_up_by_.reset();
        watch_.start_timer(*time);
    }
}

void Supervisor::wall_time_is_over() {
    watch_.stop_timer();
    if (!killing_) {
        end_by(limit_of_time());
    }
}

void Supervisor::look_at_output() {
    if (how_.relay == nullptr) {
        return;
    }
    how_.relay->serve();
    if (how_.relay->cut() && !is_cut_) {
        is_cut_ = true;
        if (!killing_) {
            end_by(limit_of_output());
        }
        how_.relay->close_sources();
    }
}

/// Everything in the sandbox has the policy's grace to end; afterwards it is killed. A command that has ended already leaves no
/// mark of the limit, unless what it left behind does not end with it.
void Supervisor::end_by(const FiredLimit& limit) {
    if (fired_) {
        return;
    }
    read_messages();
    fired_ = limit;
    kill_after(how_.limits.grace);
    if (command_.is_over()) {
        return;
    }
    ending_.limit = limit;
    command_.send_to_all(SIGTERM, sandbox_.first, std::min(*kill_at_, Clock::now() + most_time_to_signal));
}

FiredLimit Supervisor::limit_of_time() const {
    return {"wall-time", static_cast<std::uint64_t>(how_.limits.wall_time->count()), "ms"};
}

FiredLimit Supervisor::limit_of_output() const {
    return {"output", *how_.limits.output, "bytes"};
}

}  // namespace sbx::runtime
