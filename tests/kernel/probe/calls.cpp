// What the kernel's own evaluation of the filters says of any system call, dangerous ones included, without one being carried out:
// a thread puts a filter of its own on top, which hands every call to a listener. The answer of an outer filter goes before that
// one (seccomp(2): the most restrictive action wins), so a call that the outer filters refuse returns their error, and one that
// they let through arrives at the listener, which answers EOWNERDEAD.
#include "tests/kernel/probe/probe.hpp"

#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <string>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

namespace sbx::probe {
namespace {

constexpr int let_through = EOWNERDEAD;

struct Call {
    long number = 0;
    unsigned long arguments[3] = {};
    int error = 0;  ///< errno, 0 where the call was carried out
};
struct Calls {
    std::vector<Call> list;
    std::atomic<int> listener{-2};  ///< below 0: none yet, or none at all
    std::atomic<bool> done{false};
};

/// Makes no call of the library behind the filter but syscall(2) itself, which is a call of the list.
void* make_calls(void* argument) {
    Calls& calls = *static_cast<Calls*>(argument);
    sock_filter hand_over[] = {{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_USER_NOTIF}};
    sock_fprog program{1, hand_over};
    const long listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
    calls.listener = listener < 0 ? -1 - errno : static_cast<int>(listener);
    if (listener >= 0) {
        for (Call& call : calls.list) {
            call.error = syscall(call.number, call.arguments[0], call.arguments[1], call.arguments[2], 0, 0, 0) < 0 ? errno : 0;
        }
    }
    calls.done = true;
    for (;;) {
        __asm__ volatile("" ::: "memory");
        if (listener < 0) {
            return nullptr;
        }
        syscall(SYS_sched_yield);  // its answer is an error; the process ends soon
    }
}

/// False where there is no listener: errno says why.
bool watch(Calls& calls) {
    pthread_t thread;
    if (pthread_create(&thread, nullptr, make_calls, &calls) != 0) {
        return false;
    }
    while (calls.listener == -2) {
        usleep(100);
    }
    const int listener = calls.listener;
    if (listener < 0) {
        errno = -1 - listener;
        return false;
    }
    while (!calls.done) {
        pollfd file{listener, POLLIN, 0};
        if (poll(&file, 1, 5) != 1) {
            continue;
        }
        seccomp_notif call{};
        if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call) != 0) {
            continue;
        }
        seccomp_notif_resp answer{};
        answer.id = call.id;
        answer.error = -let_through;
        ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
    }
    return true;
}

void tell(const std::string& word, Calls& calls) {
    if (!watch(calls)) {
        return report(word, false);
    }
    std::string line;
    for (const Call& call : calls.list) {
        line += " " + std::to_string(call.error == let_through ? 0 : call.error == 0 ? -1 : call.error);
    }
    std::printf("%s =%s\n", word.c_str(), line.c_str());
    std::fflush(stdout);
}

std::vector<unsigned long> numbers_of(const std::string& text) {
    std::vector<unsigned long> numbers;
    const char* at = text.c_str();
    while (*at != '\0') {
        char* end = nullptr;
        numbers.push_back(std::strtoul(at, &end, 0));
        at = *end == ',' ? end + 1 : end;
        if (end == text.c_str() || (*end != ',' && *end != '\0')) {
            break;
        }
    }
    return numbers;
}

/// Nanoseconds of one getppid, the best of several rounds.
long cost_of_getppid() {
    long best = 1000000;
    for (int round = 0; round < 20; ++round) {
        constexpr int calls = 20000;
        const auto begin = std::chrono::steady_clock::now();
        for (int i = 0; i < calls; ++i) {
            syscall(SYS_getppid);
        }
        const auto spent = std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now() - begin).count();
        best = spent / calls < best ? spent / calls : best;
    }
    return best;
}

}  // namespace

bool call_request(const std::string& word, const std::string& name, const std::string& argument) {
    static Calls calls;  // the thread outlives the request
    const std::vector<unsigned long> numbers = numbers_of(argument);
    if (name == "calls" && numbers.size() == 2) {  // FIRST,LAST: 0 for each that is let through, else the error
        for (unsigned long number = numbers[0]; number <= numbers[1]; ++number) {
            calls.list.push_back({static_cast<long>(number), {}, 0});
        }
        tell(word, calls);
    } else if (name == "call-arguments" && numbers.size() > 1) {  // NUMBER, then three arguments for each call
        for (std::size_t i = 1; i + 2 < numbers.size(); i += 3) {
            calls.list.push_back({static_cast<long>(numbers[0]), {numbers[i], numbers[i + 1], numbers[i + 2]}, 0});
        }
        tell(word, calls);
    } else if (name == "getppid-cost") {
        std::printf("%s = %ld\n", word.c_str(), cost_of_getppid());
        std::fflush(stdout);
    } else {
        return false;
    }
    return true;
}

}  // namespace sbx::probe
