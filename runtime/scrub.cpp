// Resets what a process inherits. See the header.
#include "runtime/scrub.hpp"

#include "runtime/descriptor.hpp"
#include "runtime/refusal.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <limits>
#include <linux/close_range.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

namespace sbx::runtime {

namespace {

constexpr const char* needs_kernel = "Linux 5.11 or newer is needed";

void open_standard_descriptors() {
    for (int number = 0; number <= 2; ++number) {
        if (fcntl(number, F_GETFD) >= 0) {
            continue;
        }
        // The lowest free number is this one, because those below it are open.
        if (open("/dev/null", O_RDWR | O_NOCTTY) != number) {
            refuse_errno(step::scrub, "descriptor " + std::to_string(number) + " is closed, and /dev/null cannot be opened for it",
                         errno, "open descriptors 0, 1 and 2 before starting sbx-run");
        }
    }
}

void reset_signals() {
    // Not by the C library, which keeps some of the real-time signals for itself, and leaves them as they were inherited.
    static constexpr std::array<unsigned long, 4> to_default{};  // struct sigaction of the kernel: SIG_DFL is 0
    constexpr int last_signal = 64;
    for (int number = 1; number <= last_signal; ++number) {
        if (number != SIGKILL && number != SIGSTOP &&
            syscall(SYS_rt_sigaction, number, to_default.data(), nullptr, sizeof(long)) != 0) {
            refuse_errno(step::scrub, "inherited signal dispositions cannot be reset", errno, "allow rt_sigaction(2)");
        }
    }
    const sigset_t held = supervised_signals();
    if (sigprocmask(SIG_SETMASK, &held, nullptr) != 0) {
        refuse_errno(step::scrub, "signals cannot be held back until they are waited for", errno, "allow rt_sigprocmask(2)");
    }
    // The supervisor writes to pipes that others close; what runs inside gets the default back.
    struct sigaction action {};
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, nullptr);
    sigaction(SIGXFSZ, &action, nullptr);  // a report that is larger than the caller's files may be is one that cannot be written
}

void reset_timers() {
    const struct itimerval none {};
    for (const auto timer : {ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF}) {
        setitimer(timer, &none, nullptr);
    }
}

void lower_oom_protection() {
    static constexpr const char* file = "/proc/self/oom_score_adj";
    const Descriptor score(open(file, O_RDWR | O_CLOEXEC));
    std::array<char, 16> text{};
    if (score.open() && read(score.get(), text.data(), text.size() - 1) > 0 && text[0] == '-' &&
        pwrite(score.get(), "0", 1, 0) != 1) {
        refuse_errno(step::scrub, "the protection from the out-of-memory killer cannot be given up", errno,
                     "start sbx-run with an oom_score_adj of 0 or more");
    }
}

}  // namespace

sigset_t supervised_signals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGCONT, SIGCHLD, SIGWINCH}) {
        sigaddset(&set, number);
    }
    return set;
}

void scrub() {
    open_standard_descriptors();
    // What the policy passes is known only after the bundle was read; until then nothing survives an execve.
    if (syscall(SYS_close_range, 3U, std::numeric_limits<unsigned>::max(), CLOSE_RANGE_CLOEXEC) != 0) {
        refuse_errno(step::scrub, "inherited descriptors cannot be closed", errno, needs_kernel);
    }
    reset_signals();
    reset_timers();
    umask(022);
    if (personality(0xffffffff) != PER_LINUX && personality(PER_LINUX) < 0) {
        refuse_errno(step::scrub, "the personality cannot be reset", errno, "start sbx-run without setarch");
    }
}

void close_descriptors_except(std::vector<int> kept) {
    std::sort(kept.begin(), kept.end());
    unsigned first = 3;
    const auto close_to = [](unsigned from, unsigned to) {
        if (from <= to && syscall(SYS_close_range, from, to, 0U) != 0) {
            refuse_errno(step::scrub, "inherited descriptors cannot be closed", errno, needs_kernel);
        }
    };
    for (const int number : kept) {
        const auto keep = static_cast<unsigned>(std::max(number, 2));
        if (keep >= first) {
            close_to(first, keep - 1);
            first = keep + 1;
        }
    }
    close_to(first, std::numeric_limits<unsigned>::max());
}

void scrub_child() {
    struct sigaction action {};
    action.sa_handler = SIG_DFL;
    sigaction(SIGPIPE, &action, nullptr);
    sigaction(SIGXFSZ, &action, nullptr);
    // A kernel without keys has no keyring to inherit.
    if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, nullptr) < 0 && errno != ENOSYS) {
        refuse_errno(step::scrub, "the caller's session keyring cannot be left", errno,
                     "raise /proc/sys/kernel/keys/maxkeys, or allow keyctl(2)");
    }
    // Not by the C library, whose functions of this name may be those of POSIX, which speak of processes, and then do nothing.
    const long policy = syscall(SYS_sched_getscheduler, 0);
    if (const struct sched_param normal{};
        (policy == SCHED_FIFO || policy == SCHED_RR) && syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, &normal) != 0) {
        refuse_errno(step::scrub, "the real-time scheduling class cannot be given up", errno, "start sbx-run without chrt");
    }
    errno = 0;
    if (getpriority(PRIO_PROCESS, 0) < 0 && errno == 0 && setpriority(PRIO_PROCESS, 0, 0) != 0) {
        refuse_errno(step::scrub, "the raised priority cannot be given up", errno, "start sbx-run without nice");
    }
    lower_oom_protection();
}

}  // namespace sbx::runtime
