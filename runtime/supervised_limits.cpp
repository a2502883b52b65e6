// Words for a limit that fired. See the header.
#include "runtime/supervised_limits.hpp"

namespace sbx::runtime {

namespace {

/// As in policies: `1500ms`, `300s`, `5M`, `100B`.
std::string size(std::uint64_t value) {
    constexpr std::string_view units = "BKMG";
    constexpr std::uint64_t next = 1024;
    std::size_t unit = 0;
    for (; value != 0 && value % next == 0 && unit + 1 < units.size(); ++unit) {
        value /= next;
    }
    return std::to_string(value) + units[unit];
}

std::string amount(const FiredLimit& limit) {
    constexpr std::uint64_t second = 1000;
    if (limit.unit == "ms") {
        return limit.value % second != 0 ? std::to_string(limit.value) + "ms" : std::to_string(limit.value / second) + "s";
    }
    return size(limit.value);
}

/// The kernel has killed everything in the sandbox by then.
std::string describe_memory(const FiredLimit& limit) {
    return "`memory` is used up, which the policy limits to " + size(limit.value) +
           (limit.peak ? " (most in use: " + size(*limit.peak) + ")" : std::string()) +
           "; the kernel killed the sandbox; raise `memory` in the policy, or have the command use less";
}

}  // namespace

std::string describe(const FiredLimit& limit, bool killed) {
    const bool is_time = limit.unit == "ms";
    if (limit.name == "memory") {
        return describe_memory(limit);
    }
    return "`" + std::string(limit.name) + (is_time ? "` is over, which the policy limits to " : "` is cut at ") + amount(limit) +
           (is_time ? "" : ", as the policy limits it") + (killed ? "; the sandbox was killed" : "; the sandbox was ended");
}

}  // namespace sbx::runtime
