// Step 1: what was inherited is a way out until it is reset. Assumes that nothing was opened before; guarantees that descriptors 0
// to 2 are open, that nothing else passes an execve(2), that signals are at their defaults with the forwarded ones held for the
// supervisor, and that umask, timers and personality are known ones. The working directory is left, since the command line is
// relative to it; the child goes to / (R-ENV-08).
#pragma once

#include <csignal>
#include <vector>

namespace sbx::runtime {

/// Signals that wait for the supervisor from here on: HUP INT QUIT TERM TSTP CONT CHLD WINCH.
[[nodiscard]] sigset_t supervised_signals();

void scrub();

/// Closes everything above 2 but `kept`, in any order.
void close_descriptors_except(std::vector<int> kept);

/// For the child that becomes the sandbox: no signal ignored, a session keyring of its own (R-ENV-07), no scheduling privilege and
/// no protection from the out-of-memory killer (R-ENV-09). Supervised signals stay blocked, so that what a terminal sends to the
/// whole foreground group does not end bubblewrap before the payload had its turn; the stage lets them through.
void scrub_child();

}  // namespace sbx::runtime
