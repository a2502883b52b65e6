// What bubblewrap is given: its command line, the file of its options, and the descriptors that must survive execve(2). Assumes a
// Preparation; guarantees that nothing of the policy, the command or the environment stands on a command line.
#pragma once

#include "runtime/channel.hpp"
#include "runtime/descriptor.hpp"
#include "runtime/preparation.hpp"

#include <string>
#include <vector>

namespace sbx::runtime {

struct Handover {
    std::vector<std::string> command_line;  ///< of bubblewrap
    std::vector<std::string> options;       ///< what the file behind `--args` holds
    std::vector<int> inherited;             ///< to be left open by execve(2)
    std::vector<Descriptor> owned;
    Descriptor status_input, error_output;  ///< the supervisor's ends
    Descriptor own_error;                   ///< bubblewrap's descriptor 2
    Descriptor own_output;                  ///< its descriptor 1, and the command's; not open where that is the caller's
    Descriptor own_input;                   ///< likewise 0
    /// Where it does not go straight to the caller's: what the command writes. One, if the caller's two are one.
    Descriptor command_output, command_error;
    Descriptor terminal;        ///< the supervisor's end of the command's; not open where it has none of its own
    int callers_terminal = -1;  ///< the descriptor, of 1 and 2, that it stands for
    bool takes_typing = false;  ///< it is the command's standard input and controlling terminal, too
    Channel channel;
    int cgroup = -1;  ///< what the sandbox enters its cgroup by (sandbox_cgroup.hpp); -1: it has none
};

/// Our own executable, by descriptor. For the beginning, when /proc/self still belongs to the caller.
[[nodiscard]] Descriptor open_own_executable();

/// `own_executable` is what bubblewrap will execute. Refuses a sandbox in which there is no way to name it.
[[nodiscard]] Handover hand_over(const Preparation& preparation, Descriptor own_executable);

}  // namespace sbx::runtime
