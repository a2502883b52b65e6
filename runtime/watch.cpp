// Waits. See the header; signalfd(2) only wakes, so that each signal is taken with all that the kernel says about it.
#include "runtime/watch.hpp"

#include "runtime/refusal.hpp"
#include "runtime/scrub.hpp"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

namespace sbx::runtime {

Watch::Watch(int channel, bool measures)
    : channel_(channel), signals_(supervised_signals()), signal_(signalfd(-1, &signals_, SFD_CLOEXEC)) {
    if (!signal_.open()) {
        refuse_errno(step::supervise, "signals cannot be waited for", errno, "raise the caller's limit of open files");
    }
    if (measures) {
        timer_ = Descriptor(timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC));
        if (!timer_.open()) {
            refuse_errno(step::supervise, "time cannot be measured", errno,
                         "raise the caller's limit of open files, or allow timerfd_create(2) in the system-call filter");
        }
    }
}

void Watch::start_timer(std::chrono::milliseconds time) const {
    constexpr auto second = std::chrono::milliseconds(std::chrono::seconds(1)).count();
    constexpr long nanoseconds = 1'000'000;
    itimerspec when{};
    when.it_value.tv_sec = time.count() / second;
    when.it_value.tv_nsec = static_cast<long>(time.count() % second) * nanoseconds;
    timerfd_settime(timer_.get(), 0, &when, nullptr);  // fails for wrong arguments only
}

void Watch::stop_timer() const {
    const itimerspec never{};
    timerfd_settime(timer_.get(), 0, &never, nullptr);
}

Watch::Event Watch::wait(std::optional<std::chrono::steady_clock::time_point> deadline, bool messages,
                         const std::vector<pollfd>& others) const {
    // What is not open has no events.
    std::vector<pollfd> files = {{signal_.get(), POLLIN, 0}, {timer_.get(), POLLIN, 0}, {messages ? channel_ : -1, POLLIN, 0}};
    for (const Helper& helper : helpers_) {
        files.push_back({helper.process.get(), POLLIN, 0});
    }
    files.insert(files.end(), others.begin(), others.end());
    using std::chrono::milliseconds;
    // Rounded up: a millisecond early would be a turn for nothing.
    const auto left = deadline ? std::chrono::ceil<milliseconds>(*deadline - std::chrono::steady_clock::now()) : milliseconds(-1);
    const milliseconds most(std::numeric_limits<int>::max());  // a turn for nothing after 24 days
    const int timeout = deadline ? static_cast<int>(std::clamp(left, milliseconds(0), most).count()) : -1;
    Event event;
    if (poll(files.data(), files.size(), timeout) <= 0) {
        return event;
    }
    if (files[0].revents != 0) {
        const timespec now{};
        event.signal = std::max(sigtimedwait(&signals_, &event.info, &now), 0);
    }
    event.time_over = files[1].revents != 0;
    event.no_messages = (files[2].revents & POLLHUP) != 0;
    return event;
}

std::optional<std::string> Watch::ended_helper() const {
    for (const Helper& helper : helpers_) {
        pollfd end{helper.process.get(), POLLIN, 0};
        if (poll(&end, 1, 0) == 1) {
            return helper.name;
        }
    }
    return std::nullopt;
}

}  // namespace sbx::runtime
