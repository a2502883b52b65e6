// The built policyc as a child process: what it was given, what it printed, how it ended. Assumes nothing of the machine;
// guarantees that the child is gone when the call returns.
#pragma once

#include "tests/golden/bundle_files.hpp"

#include <functional>
#include <string>
#include <vector>

namespace sbx::test {

struct Outcome {
    int code = -1;  ///< exit status; 128+n for signal n
    std::string out;
    std::string err;
};

struct RunSetup {
    std::vector<std::string> arguments;
    std::string input = {};                ///< what standard input holds
    std::filesystem::path directory = {};  ///< where it runs; empty for the test's own
    /// Runs in the child, its streams in place, before the program does.
    std::function<void()> prepare = {};
    bool terminal = false;             ///< standard output and error are one terminal, whose text is `out`
    int kill_after_microseconds = -1;  ///< SIGKILL after so long; -1: never
};

/// Runs it to its end.
[[nodiscard]] Outcome run_policyc(const RunSetup& setup);

/// Names the first thing in `text` that a terminal would obey, or that is no text; empty if there is none but line ends.
[[nodiscard]] std::string what_a_terminal_obeys(const std::string& text);

}  // namespace sbx::test
