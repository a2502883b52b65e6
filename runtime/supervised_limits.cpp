// Words for a limit that fired. See the header.
#include "runtime/supervised_limits.hpp"

namespace sbx::runtime {

namespace {

/// `1500ms`, `300s`.
std::string amount(const FiredLimit& limit) {
    constexpr std::uint64_t second = 1000;
    if (limit.unit == "ms" && limit.value % second == 0) {
        return std::to_string(limit.value / second) + "s";
    }
    return std::to_string(limit.value) + std::string(limit.unit);
}

}  // namespace

std::string describe(const FiredLimit& limit, bool killed) {
    return "`" + std::string(limit.name) + "` is over, which the policy limits to " + amount(limit) +
           (killed ? "; the sandbox was killed" : "; the sandbox was ended");
}

}  // namespace sbx::runtime
