// What bubblewrap says while it runs and when it has ended: its status stream, which alone tells the command's exit status
// (R-RUN-06), and its messages.
#pragma once

#include "runtime/refusal.hpp"
#include "runtime/status_reader.hpp"

#include <optional>
#include <string>

namespace sbx::runtime {

class BubblewrapStatus {
public:
    /// Ends of pipes, neither of which blocks.
    BubblewrapStatus(int status, int messages) : status_(status), messages_(messages) {}

    /// For when it has ended. The command's exit status; none where bubblewrap failed, or was ended before it knew.
    [[nodiscard]] std::optional<int> exit_code();
    /// Why there is none. `end`: as waitpid(2) gives it; `ready`: the command was about to be executed.
    [[nodiscard]] Refusal no_exit_code(int end, bool ready);

private:
    int status_;
    int messages_;
    StatusReader reader_;
    std::string said_;  ///< the first line of its messages

    void listen();
};

}  // namespace sbx::runtime
