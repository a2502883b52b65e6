// The limits that sbx-run keeps itself, because no kernel does.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sbx::runtime {

struct SupervisedLimits {
    /// From the moment in which the command is executed.
    std::optional<std::chrono::milliseconds> wall_time;
    /// Bytes of standard output and error together.
    std::optional<std::uint64_t> output;
    /// From SIGTERM to SIGKILL, once a limit has the sandbox ended.
    std::chrono::milliseconds grace{0};
    [[nodiscard]] bool any() const { return wall_time || output; }
};

/// The one that had the sandbox ended.
struct FiredLimit {
    std::string_view name;                ///< as in policies: `wall-time`, `output`, `memory`
    std::uint64_t value = 0;              ///< what the policy allows
    std::string_view unit;                ///< of `value`: `ms`, `bytes`
    std::optional<std::uint64_t> peak{};  ///< of memory, where the kernel says it: what was in use at most
};

/// One sentence without its full stop. `killed`: SIGTERM was not enough.
[[nodiscard]] std::string describe(const FiredLimit& limit, bool killed);

}  // namespace sbx::runtime
