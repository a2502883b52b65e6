// Limits as values: which there are, how much each lets through, and which of them a launch may do without. A part of the normal
// form (policy.hpp).
#pragma once

#include "grammar/source_file.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace sbx::policy {

/// In the order of the language reference, section 6.
enum class Limit : std::uint8_t {
    cpu_time,
    wall_time,
    grace,
    memory,
    address_space,
    data,
    stack,
    core,
    locked_memory,
    message_queues,
    file_size,
    open_files,
    processes,
    cpus,
    output,
    tmpfs_total
};
/// As in policies: `cpu-time`.
[[nodiscard]] std::string_view to_text(Limit limit);
[[nodiscard]] std::optional<Limit> find_limit(std::string_view word);
struct Unlimited {
    friend auto operator<=>(const Unlimited&, const Unlimited&) = default;
};
struct ParameterValue {
    std::string parameter;  ///< of type count
    friend auto operator<=>(const ParameterValue&, const ParameterValue&) = default;
};
/// The number is bytes, milliseconds, a count, or thousandths of a cpu, as the limit's unit says.
using LimitValue = std::variant<std::uint64_t, Unlimited, ParameterValue>;
/// `core 0` is present unless the policy says otherwise; every other limit is present only when set.
using Limits = std::map<Limit, Located<LimitValue>>;

/// `may-degrade memory because "…"`: a host that cannot keep the limit runs the sandbox without it. The reason is for people, and
/// is no part of the meaning; it is empty where only the meaning is known.
struct Degradation {
    std::string reason;
    Origin origin;
    bool by_all = false;  ///< `may-degrade all`
    friend bool operator==(const Degradation&, const Degradation&) { return true; }
};
/// Only limits that a cgroup keeps, and only those that have a number.
using Degradations = std::map<Limit, Degradation>;

}  // namespace sbx::policy
