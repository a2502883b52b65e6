// Passes on the rest. See the header.
#include "runtime/drain.hpp"

#include <csignal>
#include <vector>

namespace sbx::runtime {

Drained drain(OutputRelay& relay, Watch& watch, std::optional<std::chrono::steady_clock::time_point> until) {
    Drained result;
    relay.expect_no_more();
    relay.serve();
    while (!relay.is_over()) {
        std::vector<pollfd> files;
        relay.add_to(files);
        const Watch::Event event = watch.wait(until, false, files);
        relay.serve();
        if (event.signal == SIGTSTP) {
            static_cast<void>(raise(SIGSTOP));
        } else if (event.signal > 0 && event.signal != SIGCHLD && event.signal != SIGCONT && event.signal != SIGWINCH) {
            result.signal = event.signal;
        }
        result.time_over = event.time_over;
        if (result.signal != 0 || event.time_over || (until && std::chrono::steady_clock::now() >= *until)) {
            relay.give_up();
        }
    }
    return result;
}

}  // namespace sbx::runtime
