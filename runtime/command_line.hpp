// The command line of sbx-run, read without side effects.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::runtime {

struct CommandLine {
    std::string bundle;
    std::vector<std::string> settings;      ///< `--set NAME=VALUE`, in order
    std::vector<std::string> environment;   ///< `--env NAME=VALUE`, in order
    std::string macvlan, address, gateway;  ///< of the interface in the sandbox; void: a user-mode network
    std::string report;                     ///< empty: none
    bool verbose = false, quiet = false, help = false, version = false, print = false;
    std::vector<std::string> command;  ///< what follows `--`; empty: the bundle's own
};

/// `words` without argv[0]. Refuses at step `usage`.
[[nodiscard]] CommandLine read_command_line(const std::vector<std::string_view>& words);

/// What `--help` prints.
[[nodiscard]] std::string help_text();

}  // namespace sbx::runtime
