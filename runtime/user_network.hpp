// The user-mode network: slirp4netns(1) or pasta(1), which carries packets between the sandbox's interface and sockets of the host.
// It runs in the host's network namespace, and in the sandbox's outer user, mount and pid namespace, so that it ends when the
// sandbox does, whoever dies first (R-NET-19). It is given the sandbox's network namespace by descriptor.
#pragma once

#include "runtime/bound_network.hpp"

namespace sbx::runtime {

/// The descriptors that it has; the words of its command line name them.
inline constexpr int helper_namespace = 0, helper_output = 1, helper_ready = 3;

/// A process that was made while the host's network namespace was still ours, and waits in it.
class WaitingHelper {
public:
    /// Nothing is executed yet.
    explicit WaitingHelper(const BoundNetwork& network);

    /// Executes it, and waits until it says that the interface is ready. The calling process has the sandbox's network namespace.
    void attach(Deadline deadline);

    /// The process, to be watched from here on.
    [[nodiscard]] Child& process() { return child_; }

    /// `: ` and the first line of what it has said, quoted; nothing if that is nothing.
    [[nodiscard]] std::string said() const { return output_.first_line(); }

private:
    const BoundNetwork& network_;
    ProgramOutput output_;
    Descriptor word_;   ///< our end of where it waits
    Descriptor ready_;  ///< where it says that it is ready
    Child child_;
};

}  // namespace sbx::runtime
