// Describes how bubblewrap gave up. See the header.
#include "runtime/bubblewrap_failure.hpp"

#include <string_view>
#include <sys/wait.h>

namespace sbx::runtime {

Refusal describe_bubblewrap_failure(int status, const std::string& said, bool command_ran) {
    std::string how = WIFSIGNALED(status) ? "was ended by signal " + std::to_string(WTERMSIG(status))
                                          : "gave up with status " + std::to_string(WEXITSTATUS(status));
    how = "bubblewrap " + how + (command_ran ? " before it said how the command ended" : " before the command ran");
    if (!said.empty()) {
        how += ": " + quoted(said);
    }
    std::string remedy = "see what `--print` shows, and what this host forbids";
    if (said.find("Unknown option") != std::string::npos) {
        remedy = "install bubblewrap 0.10 or newer, or Debian's 0.8.0-2+deb12u1";
    } else if (said.find("Out of memory") != std::string::npos || said.find("Resource temporarily") != std::string::npos) {
        remedy = "raise the policy's limits";
    }
    return {std::string(command_ran ? step::supervise : step::bubblewrap), how, remedy, exit_refused};
}

}  // namespace sbx::runtime
