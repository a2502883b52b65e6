// Runs trials one after the other, each in a process of its own, and never longer than it may. See host_trials.hpp; poll(2),
// prctl(2).
#include "compiler/doctor/trial_process.hpp"
#include "runtime/descriptor.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sbx::doctor {
namespace {

using Clock = std::chrono::steady_clock;
using runtime::Descriptor;
using std::chrono::milliseconds;

constexpr milliseconds time_to_die{80};

struct Running {
    std::size_t index = 0;  ///< of its result
    pid_t process = 0;
    Descriptor report;
    std::string text;
};

milliseconds left_until(Clock::time_point end) {
    return std::max(std::chrono::ceil<milliseconds>(end - Clock::now()), milliseconds(0));
}

bool blocks(const std::vector<Result>& results, TrialId id) {
    return std::any_of(results.begin(), results.end(),
                       [id](const Result& result) { return result.trial->id == id && result.answer != Answer::works; });
}

void refuse(Result& result, std::string what, std::string remedy, int error = 0) {
    result.answer = Answer::refused;
    result.said = std::move(what);
    result.remedy = std::move(remedy);
    result.error = error;
}

class Trials {
public:
    Trials(const std::vector<const Trial*>& chosen, const Launcher& launcher, milliseconds limit)
        : launcher_(launcher), end_(Clock::now() + limit) {
        for (const Trial* trial : chosen) {
            results_.push_back({trial, Answer::not_tried, {}, {}, 0, {}});
        }
    }

    std::vector<Result> run() {
        // What a trial leaves when it is killed comes to us, and is reaped.
        ::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
        for (std::size_t index = 0; index < results_.size(); ++index) {
            Result& result = results_[index];
            wait_for(result.trial->after, share_of(index));
            for (const TrialId before : result.trial->after) {
                if (blocks(results_, before)) {
                    result.because.push_back(before);
                }
            }
            if (result.because.empty()) {
                start(index);
                const std::size_t count = running_.size();
                listen(share_of(index), [&] { return running_.size() < count; });
            }
        }
        listen(end_, [&] { return running_.empty(); });
        for (const Running& late : running_) {
            refuse(results_[late.index], "it was not over when the time for all trials was",
                   "try again on a host with less load; what hangs then hangs a launch, too");
        }
        clear_away();
        return std::move(results_);
    }

private:
    const Launcher& launcher_;
    Clock::time_point end_;
    std::vector<Result> results_;
    std::vector<Running> running_;

    /// Until when the trial with this number has the time for itself.
    [[nodiscard]] Clock::time_point share_of(std::size_t index) const {
        return Clock::now() + left_until(end_) / static_cast<int>(results_.size() - index + 1);
    }

    [[nodiscard]] bool is_running(const std::vector<TrialId>& ids) const {
        return std::any_of(running_.begin(), running_.end(), [&](const Running& each) {
            return std::find(ids.begin(), ids.end(), results_[each.index].trial->id) != ids.end();
        });
    }

    void wait_for(const std::vector<TrialId>& ids, Clock::time_point until) {
        listen(until, [&] { return !is_running(ids); });
    }

    void start(std::size_t index) {
        std::array<int, 2> ends{};
        if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
            refuse(results_[index], "no pipe can be made: " + runtime::error_text(errno), "raise the caller's limit of open files",
                   errno);
            return;
        }
        Running running{index, 0, Descriptor(ends[0]), {}};
        const Descriptor his(ends[1]);
        const pid_t maker = ::getpid();
        running.process = ::fork();
        if (running.process == 0) {
            running.report.reset();
            for (Running& other : running_) {
                other.report.reset();
            }
            become_trial(*results_[index].trial, launcher_, his.get(), maker);
        }
        if (running.process < 0) {
            refuse(results_[index], "no process can be made: " + runtime::error_text(errno),
                   "raise the caller's limit of processes", errno);
            return;
        }
        running_.push_back(std::move(running));
    }

    /// Reads what comes until `enough`, or until the time is up.
    template <class Enough>
    void listen(Clock::time_point until, Enough enough) {
        until = std::min(until, end_);
        while (!enough() && !running_.empty()) {
            std::vector<pollfd> pipes;
            for (const Running& each : running_) {
                pipes.push_back({each.report.get(), POLLIN, 0});
            }
            const milliseconds left = left_until(until);
            const int ready = ::poll(pipes.data(), pipes.size(), static_cast<int>(left.count()));
            if (ready == 0 || (ready < 0 && errno != EINTR)) {
                return;
            }
            for (std::size_t at = pipes.size(); ready > 0 && at-- > 0;) {
                if (pipes[at].revents != 0) {
                    read_from(at);
                }
            }
        }
    }

    void read_from(std::size_t at) {
        Running& running = running_[at];
        std::array<char, 4096> bytes{};
        const ssize_t length = ::read(running.report.get(), bytes.data(), bytes.size());
        if (length > 0) {
            running.text.append(bytes.data(), static_cast<std::size_t>(length));
        } else if (length == 0 || errno != EINTR) {
            int status = 0;
            while (::waitpid(running.process, &status, 0) < 0 && errno == EINTR) {
            }
            conclude(results_[running.index], running.text, status);
            running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(at));
        }
    }

    static void conclude(Result& result, const std::string& text, int status) {
        if (const std::optional<Report> report = read_report(text)) {
            result.answer = Answer::works;
            result.said = report->said;
            if (report->refusal) {
                refuse(result, report->refusal->what, report->refusal->remedy, report->refusal->error);
            }
            return;
        }
        if (WIFSIGNALED(status)) {
            refuse(result, "the process that tried it was killed by signal " + std::to_string(WTERMSIG(status)), why_killed);
            return;
        }
        refuse(result, "the process that tried it ended without a word", "try again");
    }

    /// Nobody of ours is left, but for who does not die: a process that waits for a file system.
    void clear_away() {
        for (const Running& late : running_) {
            ::kill(-late.process, SIGKILL);  // its session, too; it may not have made one yet
            ::kill(late.process, SIGKILL);
        }
        const Clock::time_point give_up = Clock::now() + time_to_die;
        for (;;) {
            const pid_t reaped = ::waitpid(-1, nullptr, WNOHANG);
            if ((reaped < 0 && errno != EINTR) || (reaped == 0 && Clock::now() >= give_up)) {
                return;
            }
            if (reaped == 0) {
                ::usleep(500);
            }
        }
    }
};

}  // namespace

std::vector<Result> carry_out(const std::vector<const Trial*>& chosen, const Launcher& launcher, milliseconds limit) {
    return Trials(chosen, launcher, limit).run();
}

}  // namespace sbx::doctor
