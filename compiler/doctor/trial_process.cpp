// Makes the processes of a trial. See the header; prctl(2), pid_namespaces(7).
#include "compiler/doctor/trial_process.hpp"

#include "runtime/descriptor.hpp"
#include "runtime/namespaces.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <exception>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sbx::doctor {
namespace {

using runtime::Descriptor;
using runtime::Refusal;

constexpr std::size_t report_fields = 6;

/// In the words of sbx-run, which ties the sandbox to itself in this way.
void die_with_maker() {
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) {
        runtime::refuse_errno(runtime::step::supervise, "the sandbox cannot be tied to sbx-run", errno,
                              "allow prctl(2) in the system-call filter");
    }
}

/// A maker that died before is noticed here; a change of ids takes the tie back.
void die_with(pid_t maker) {
    die_with_maker();
    if (::getppid() != maker) {
        ::_exit(runtime::exit_refused);
    }
}

/// Nothing that a trial starts may speak on our streams, or read from them.
void leave_streams() {
    const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int stream = 0; stream <= 2; ++stream) {
        if (nothing >= 0) {
            ::dup2(nothing, stream);
        } else {
            ::close(stream);
        }
    }
}

struct Inside {
    const runtime::Identity* identity = nullptr;
    const std::function<void()>* body = nullptr;
    int makers_end = -1, own_end = -1;  ///< of a pipe: as long as the maker lives, somebody could read what is written
    std::optional<Refusal> refusal;
};

/// Shares the memory of its maker, which waits (vfork(2)).
int become_first(void* argument) noexcept {
    auto& inside = *static_cast<Inside*>(argument);
    try {
        // In a pid namespace of its own, getppid(2) cannot tell whether the maker lives.
        ::close(inside.makers_end);
        die_with_maker();
        if (pollfd maker{inside.own_end, 0, 0}; ::poll(&maker, 1, 0) != 0) {
            ::_exit(runtime::exit_refused);
        }
        runtime::set_up_namespaces(*inside.identity);
        (*inside.body)();
    } catch (const Refusal& refusal) {
        inside.refusal = refusal;
    } catch (const std::exception& error) {
        inside.refusal = Refusal{std::string(runtime::step::supervise), error.what(), "give the caller more memory"};
    }
    ::_exit(0);
}

void send(int output, const Report& report) {
    const std::string text = write_report(report);
    for (std::size_t done = 0; done < text.size();) {
        const ssize_t written = ::write(output, text.data() + done, text.size() - done);
        if (written < 0 && errno != EINTR) {
            return;
        }
        done += written > 0 ? static_cast<std::size_t>(written) : 0;
    }
}

}  // namespace

std::string write_report(const Report& report) {
    std::string text;
    const Refusal refusal = report.refusal.value_or(Refusal{});
    for (const std::string& field : {std::string(report.refusal ? "refused" : "works"), refusal.step, refusal.what, refusal.remedy,
                                     std::to_string(refusal.error), report.said}) {
        text += field.substr(0, field.find('\0'));
        text += '\0';
    }
    return text;
}

std::optional<Report> read_report(std::string_view text) {
    std::array<std::string, report_fields> found;
    for (std::string& field : found) {
        const std::size_t end = text.find('\0');
        if (end == std::string_view::npos) {
            return std::nullopt;
        }
        field = text.substr(0, end);
        text.remove_prefix(end + 1);
    }
    const auto& [kind, step, what, remedy, error, said] = found;
    if (kind != "refused" && kind != "works") {
        return std::nullopt;
    }
    Report report{std::nullopt, said};
    if (kind == "refused") {
        int number = 0;
        for (const char digit : error) {
            number = digit >= '0' && digit <= '9' && number < 10000 ? number * 10 + (digit - '0') : 0;
        }
        report.refusal = Refusal{step, what, remedy, runtime::exit_refused, number};
    }
    return report;
}

void become_trial(const Trial& trial, const Launcher& launcher, int output, pid_t maker) noexcept {
    ::setsid();  // what a terminal sends is for the one who asked
    leave_streams();
    Report report;
    try {
        die_with(maker);
        report.said = trial.run(launcher);
    } catch (const Refusal& refusal) {
        report.refusal = refusal;
    } catch (const std::exception& error) {
        report.refusal = Refusal{std::string(runtime::step::supervise), error.what(), "give the caller more memory"};
    }
    send(output, report);
    ::_exit(0);
}

runtime::Identity identity_of(const Launcher& launcher) {
    return {launcher.uid, launcher.gid, launcher.drops, 0};
}

void take_ids(const Launcher& launcher) {
    const pid_t maker = ::getppid();
    if (launcher.drops && ::setgroups(0, nullptr) != 0) {
        runtime::refuse_errno(runtime::step::identity, "root's supplementary groups cannot be dropped", errno,
                              "start sbx-run with CAP_SETGID");
    }
    runtime::drop_for_good(identity_of(launcher));
    die_with(maker);
}

int status_in_namespaces(const Launcher& launcher, const std::function<void()>& body) {
    take_ids(launcher);
    const runtime::Identity identity = identity_of(launcher);
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        runtime::refuse_errno(runtime::step::supervise, "no pipe can be made", errno, "raise the caller's limit of open files");
    }
    const Descriptor mine(ends[0]);
    const Descriptor his(ends[1]);
    Inside inside{&identity, &body, mine.get(), his.get(), std::nullopt};
    const pid_t first = runtime::start_in_namespaces(become_first, &inside, false);
    int status = 0;
    while (::waitpid(first, &status, 0) < 0 && errno == EINTR) {
    }
    if (inside.refusal) {
        throw *inside.refusal;
    }
    return status;
}

void in_namespaces(const Launcher& launcher, const std::function<void()>& body) {
    const int status = status_in_namespaces(launcher, body);
    if (WIFSIGNALED(status)) {
        runtime::refuse(runtime::step::namespaces,
                        "the first process of the namespaces was killed by signal " + std::to_string(WTERMSIG(status)), why_killed);
    }
    if (WEXITSTATUS(status) != 0) {
        runtime::refuse(runtime::step::namespaces, "the first process of the namespaces ended without a word", "try again");
    }
}

}  // namespace sbx::doctor
