// Starts bubblewrap. See the header. Whatever fails here is told to the supervisor, and nothing is executed.
#include "runtime/sandbox_process.hpp"

#include "runtime/channel.hpp"
#include "runtime/egress.hpp"
#include "runtime/handed_files.hpp"
#include "runtime/macvlan_maker.hpp"
#include "runtime/namespaces.hpp"
#include "runtime/own_procfs.hpp"
#include "runtime/refusal.hpp"
#include "runtime/sandbox_cgroup.hpp"
#include "runtime/scrub.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <exception>
#include <fcntl.h>
#include <optional>
#include <sys/prctl.h>
#include <unistd.h>
#include <vector>

namespace sbx::runtime {

namespace {

/// Else nobody could see that the supervisor let go of it.
void leave_supervisors_end(const Handover& handover) {
    close(handover.channel.supervisor.get());
}

/// Dies when the supervisor does; looks afterwards, because it may have died before (R-RUN-03).
void tie_to_supervisor(int channel) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) {
        refuse_errno(step::supervise, "the sandbox cannot be tied to sbx-run", errno, "allow prctl(2) in the system-call filter");
    }
    if (!supervisor_lives(channel)) {
        _exit(exit_refused);
    }
}

void leave_open(const Handover& handover) {
    for (const int descriptor : handover.inherited) {
        if (fcntl(descriptor, F_SETFD, 0) != 0) {
            refuse_errno(step::bubblewrap, "a descriptor cannot be handed to bubblewrap", errno, "report this: it cannot happen");
        }
    }
    if (handover.own_input.open() && dup2(handover.own_input.get(), 0) != 0) {
        refuse_errno(step::bubblewrap, "the command's input cannot be set", errno, "report this: it cannot happen");
    }
    if (handover.own_output.open() && dup2(handover.own_output.get(), 1) != 1) {
        refuse_errno(step::bubblewrap, "the command's output cannot be caught", errno, "report this: it cannot happen");
    }
    if (dup2(handover.own_error.get(), 2) != 2) {
        refuse_errno(step::bubblewrap, "bubblewrap's messages cannot be caught", errno, "report this: it cannot happen");
    }
}

void protect_input(const std::vector<int>& passed) {
    protect_from_writing(0);
    std::for_each(passed.begin(), passed.end(), protect_from_writing);
}

void execute_bubblewrap(const Preparation& preparation, const Handover& handover) {
    std::vector<std::string> command_line = handover.command_line;
    std::vector<char*> words;
    for (std::string& word : command_line) {
        words.push_back(word.data());
    }
    words.push_back(nullptr);
    char* const no_environment = nullptr;  // /proc/1/environ would show it (R-ENV-01)
    execve(preparation.bubblewrap.c_str(), words.data(), &no_environment);
    refuse_errno(step::bubblewrap, quoted(preparation.bubblewrap) + " cannot be executed", errno,
                 "reinstall the package bubblewrap");
}

/// What a new process needs to know; it has no arguments of its own.
struct Start {
    const Preparation* preparation;
    const Handover* handover;
    const struct rlimit* open_files;
    int macvlan = -1;  ///< where its maker waits
    bool is_in_cgroup = false;
};

/// The process in the new namespaces. It shares the memory of the one that made it until it executes bubblewrap, and so ends by
/// _exit.
int become_bubblewrap(void* start) noexcept {
    const auto& [preparation, handover, open_files, macvlan, is_in_cgroup] = *static_cast<const Start*>(start);
    const int channel = handover->channel.sandbox.get();
    try {
        leave_supervisors_end(*handover);
        if (!preparation->survives_parent) {
            tie_to_supervisor(channel);
        }
        if (preparation->network && !tell_first(channel)) {  // the supervisor has to know whom to end while this takes its time
            _exit(exit_refused);
        }
        enter_cgroup(is_in_cgroup ? -1 : handover->cgroup);
        scrub_child();
        set_up_namespaces(preparation->identity);
        mount_own_procfs(preparation->arguments.trees);
        protect_input(preparation->passed);
        if (preparation->network) {
            enter_filtered_network(*preparation->network, channel, macvlan);
        }
        if (setrlimit(RLIMIT_NOFILE, open_files) != 0) {
            refuse_errno(step::limits, "the caller's limit of open files cannot be restored", errno,
                         "check the limits of the caller");
        }
        set_limits(preparation->limits);
        leave_open(*handover);
        execute_bubblewrap(*preparation, *handover);
    } catch (const Refusal& refusal) {
        tell_refusal(channel, refusal);
    } catch (const std::exception& error) {
        tell_refusal(channel, {std::string(step::bubblewrap), error.what(), "give the caller more memory", exit_refused});
    }
    _exit(exit_refused);
}

[[noreturn]] void start_between(Start start) noexcept {
    const int channel = start.handover->channel.sandbox.get();
    leave_supervisors_end(*start.handover);  // here too, as long as this process is there
    try {
        std::optional<MacvlanMaker> maker;
        if (const std::optional<BoundNetwork>& network = start.preparation->network; network && network->macvlan) {
            maker.emplace(*network->macvlan);
            start.macvlan = maker->word();
        }
        // With the rights of the one who made it: what is started from here on is in it.
        enter_cgroup(start.handover->cgroup);
        start.is_in_cgroup = true;
        drop_for_good(start.preparation->identity);
        const pid_t first = start_in_namespaces(become_bubblewrap, &start, true);
        maker.reset();
        if (tell_forked(channel, first)) {
            _exit(0);
        }
        kill(first, SIGKILL);  // it is the supervisor's child, which does not know of it
    } catch (const Refusal& refusal) {
        tell_refusal(channel, refusal);
    }
    _exit(exit_refused);
}

}  // namespace

SandboxProcess start_sandbox(const Preparation& preparation, const Handover& handover, const struct rlimit& open_files) {
    Start start{&preparation, &handover, &open_files};
    // A filtered network takes its time, in which the supervisor must not be held up like the one who waits in vfork(2).
    if (!preparation.identity.drops && !preparation.network) {
        drop_for_good(preparation.identity);
        return {0, start_in_namespaces(become_bubblewrap, &start, false)};
    }
    const pid_t between = fork();
    if (between == 0) {
        start_between(start);
    }
    if (between < 0) {
        refuse_errno(step::identity, "no process can be made", errno, "raise the caller's limit of processes");
    }
    return {between, 0};
}

}  // namespace sbx::runtime
