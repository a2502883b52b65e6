// The limits that a cgroup keeps, as the manifest states them, and what the policy says of hosts that have none to give.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace sbx::runtime {

struct CgroupLimits {
    std::optional<std::uint64_t> memory;  ///< bytes, 1 or more: memory.max
    std::optional<std::uint64_t> cpus;    ///< thousandths of a processor, 1 or more: cpu.max
    [[nodiscard]] bool any() const { return memory || cpus; }
};

/// `may-degrade LIMIT because "REASON"`.
struct Degradation {
    std::string limit;  ///< `memory`, `cpus` or `landlock`
    std::string reason;
};

}  // namespace sbx::runtime
