// Waits. See the header; signalfd(2) only wakes, so that each signal is taken with all that the kernel says about it.
#include "runtime/watch.hpp"

#include "runtime/refusal.hpp"
#include "runtime/scrub.hpp"

#include <algorithm>
#include <cerrno>
#include <poll.h>
#include <sys/signalfd.h>

namespace sbx::runtime {

Watch::Watch(int channel) : channel_(channel), signals_(supervised_signals()), signal_(signalfd(-1, &signals_, SFD_CLOEXEC)) {
    if (!signal_.open()) {
        refuse_errno(step::supervise, "signals cannot be waited for", errno, "raise the caller's limit of open files");
    }
}

Watch::Event Watch::wait(std::optional<std::chrono::steady_clock::time_point> deadline, bool messages) const {
    std::vector<pollfd> files = {{signal_.get(), POLLIN, 0}};
    for (const Helper& helper : helpers_) {
        files.push_back({helper.process.get(), POLLIN, 0});
    }
    if (messages) {
        files.push_back({channel_, POLLIN, 0});
    }
    using std::chrono::milliseconds;
    // Rounded up: a millisecond early would be a turn for nothing.
    const auto left = deadline ? std::chrono::ceil<milliseconds>(*deadline - std::chrono::steady_clock::now()) : milliseconds(-1);
    Event event;
    const int timeout = deadline ? static_cast<int>(std::max(left, milliseconds(0)).count()) : -1;
    const int ready = poll(files.data(), files.size(), timeout);
    event.timed_out = ready == 0;
    if (files[0].revents != 0) {
        const timespec now{};
        event.signal = std::max(sigtimedwait(&signals_, &event.info, &now), 0);
    }
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
