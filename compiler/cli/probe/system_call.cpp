// See the header. A thread puts a filter of its own on top, which hands every call over to a listener. What an outer filter refuses
// goes before that (seccomp(2): of several answers the most restrictive one counts), so only what all let through arrives.
#include "compiler/cli/probe/system_call.hpp"

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sbx::probe {
namespace {

constexpr int reached = EOWNERDEAD;  // what the listener answers; no call is refused with it

struct Question {
    long number = 0;
    unsigned long argument = 0;
    std::atomic<int> listener{-1};  ///< -1: not yet; below: minus errno, minus 1
    std::atomic<int> error{-1};     ///< -1: not yet
};

void* ask(void* pointer) {
    auto& question = *static_cast<Question*>(pointer);
    sock_filter hand_over[] = {{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_USER_NOTIF}};
    sock_fprog program{1, hand_over};
    const long listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
    if (listener < 0) {
        question.listener = -1 - errno;
        return nullptr;
    }
    question.listener = static_cast<int>(listener);
    question.error = syscall(question.number, question.argument, 0, 0, 0, 0, 0) < 0 ? errno : 0;
    for (;;) {  // waits at the listener, whom nobody answers any more
        syscall(SYS_sched_yield);
    }
}

std::string name_of_error(int error) {
    const char* const name = strerrorname_np(error);
    return name != nullptr ? name : "E" + std::to_string(error);
}

}  // namespace

std::string try_system_call(const char* argument) {
    auto* const question = new Question;  // the thread lives as long as the process
    char* end = nullptr;
    question->number = std::strtol(argument, &end, 10);
    question->argument = *end == ':' ? std::strtoul(end + 1, nullptr, 10) : 0;
    pthread_t thread;
    if (const int error = pthread_create(&thread, nullptr, ask, question); error != 0) {
        return "?" + name_of_error(error);
    }
    for (int waited = 0; question->error == -1 && waited < 2000; ++waited) {
        const int listener = question->listener;
        if (listener < -1) {
            return "?" + name_of_error(-1 - listener);
        }
        pollfd file{listener, POLLIN, 0};
        if (poll(&file, listener < 0 ? 0 : 1, 1) != 1) {
            continue;
        }
        seccomp_notif call{};
        seccomp_notif_resp answer{};
        if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call) == 0) {
            answer.id = call.id;
            answer.error = -reached;
            ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer);
            if (call.data.nr == question->number) {
                return "reached";
            }
        }
    }
    return question->error == -1 ? "?ETIMEDOUT" : question->error == reached ? "reached" : name_of_error(question->error);
}

}  // namespace sbx::probe
