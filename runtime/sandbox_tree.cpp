// Finds descendants and signals them. See the header.
#include "runtime/sandbox_tree.hpp"

#include "runtime/descriptor.hpp"
#include "runtime/process_state.hpp"

#include <algorithm>
#include <csignal>
#include <map>
#include <set>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

namespace sbx::runtime {

namespace {

using Clock = std::chrono::steady_clock;

int open_process(pid_t process) {
    return static_cast<int>(syscall(SYS_pidfd_open, process, 0U));
}

void send(const Descriptor& process, int number) {
    syscall(SYS_pidfd_send_signal, process.get(), number, nullptr, 0U);
}

/// Who loses its parent becomes a child of the first process, so that a chain of parents leads to it from every other one.
std::vector<ProcessState> descendants(pid_t first) {
    std::multimap<pid_t, ProcessState> children;
    for (const ProcessState& state : all_processes()) {
        children.emplace(state.parent, state);
    }
    std::vector<ProcessState> found;
    std::vector<pid_t> parents = {first};
    std::set<pid_t> seen = {first};
    while (!parents.empty()) {
        const auto range = children.equal_range(parents.back());
        parents.pop_back();
        for (auto child = range.first; child != range.second; ++child) {
            if (seen.insert(child->second.process).second) {
                found.push_back(child->second);
                parents.push_back(child->second.process);
            }
        }
    }
    return found;
}

}  // namespace

void SandboxTree::hold(pid_t command, pid_t monitor) {
    const auto state = monitor > 0 ? state_of(command) : std::nullopt;
    const auto first = state ? state_of(state->parent) : std::nullopt;
    if (first && first->parent == monitor) {
        first_ = first->process;
        monitor_ = monitor;
    }
}

/// Follows the parents up to the one whose number cannot become another's, because its parent has not reaped it.
bool SandboxTree::holds(pid_t process, Clock::time_point until) const {
    while (Clock::now() < until) {
        const auto state = state_of(process);
        if (!state || state->parent <= 1) {
            return false;
        }
        if (state->process == first_) {
            return state->parent == monitor_;
        }
        process = state->parent;
    }
    return false;
}

bool SandboxTree::signal_all(int number, Clock::time_point until) const {
    // One may be born while the others are looked at, or lose its parent: look until there is nobody new. A sandbox that makes new
    // ones faster than that is killed soon anyway.
    constexpr int most_rounds = 16;
    std::set<std::pair<pid_t, std::uint64_t>> done;
    bool sent = false;
    bool is_new = first_ != 0;
    for (int round = 0; is_new && round < most_rounds; ++round) {
        is_new = false;
        for (const ProcessState& state : descendants(first_)) {
            if (!done.emplace(state.process, state.started).second) {
                continue;
            }
            if (Clock::now() >= until) {
                return sent;
            }
            is_new = true;
            // By now the number may be somebody else's, here or in what was read before: held first, then looked at again.
            const Descriptor process(open_process(state.process));
            const auto now = state_of(state.process);
            if (process.open() && now && now->started == state.started && holds(state.process, until)) {
                send(process, number);
                send(process, SIGCONT);
                sent = true;
            }
        }
    }
    return sent;
}

}  // namespace sbx::runtime
