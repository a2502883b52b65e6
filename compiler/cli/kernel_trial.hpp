// `policyc test --kernel`: each expectation tried for real, in the compiled sandbox, on the running kernel. The sandbox is the
// policy's own with one node more, the probe that does the trying, and without its `command`. What cannot be tried is said to be
// skipped, with the reason, and counts for nothing.
#pragma once

#include "compiler/cli/compile.hpp"
#include "compiler/policy/policy.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace sbx::cli {

enum class Agreement : std::uint8_t { agrees, disagrees, skipped };

struct KernelTrial {
    const policy::Expectation* expectation = nullptr;
    Agreement agreement = Agreement::skipped;
    std::string tried;    ///< `write /etc/passwd`, with parameters replaced
    std::string decided;  ///< "denied"
    std::string kernel;   ///< what the system call said: `ok`, `EROFS`; empty when nothing was tried
    std::string reason;   ///< of a skip
};
struct KernelReport {
    std::string node;     ///< the statement that was added
    std::string refusal;  ///< why no sandbox could be started, in the launcher's words; then nothing was tried
    std::vector<KernelTrial> trials;

    [[nodiscard]] std::size_t count(Agreement agreement) const;
};

/// `settings`: NAME=VALUE for the launch. Failures of the environment are std::system_error.
[[nodiscard]] KernelReport try_on_kernel(const Compilation& compilation, const std::vector<std::string>& settings);

}  // namespace sbx::cli
