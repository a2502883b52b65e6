// rlimits.tab: read, bound to the launch's parameters, and set on the process that becomes bubblewrap. Reading is total. Soft
// always equals hard (R-RES-03); a lower inherited hard limit stays in force and is reported as narrower (R-RES-04).
#pragma once

#include "runtime/templates.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <vector>

namespace sbx::runtime {

struct LimitRow {
    std::string name;       ///< `nproc`
    int resource = 0;       ///< RLIMIT_NPROC
    std::string parameter;  ///< the value is this parameter plus `value`, or empty
    std::uint64_t value = 0;
    bool unlimited = false;
};

[[nodiscard]] std::vector<LimitRow> read_limits_table(std::string_view text);

/// What will be, or is, in force.
struct EffectiveLimit {
    std::string name;
    int resource = 0;
    std::optional<std::uint64_t> requested;  ///< absent: unlimited
    std::optional<std::uint64_t> effective;
    [[nodiscard]] bool narrower() const { return requested != effective; }
};

/// Compares with the hard limits of the calling process (getrlimit(2)).
[[nodiscard]] std::vector<EffectiveLimit> bind_limits(const std::vector<LimitRow>& rows, const Values& values);

/// Signals that wait in queues count for the user as a whole, and so does who may queue no more (RLIMIT_SIGPENDING, getrlimit(2)):
/// a sandbox gets 1024 of them, or what the caller has, whatever the policy (R-RES-11).
[[nodiscard]] EffectiveLimit bind_queued_signals();

/// A bundle may name more sources than the caller's soft limit lets it open: raises that to the hard one, and says what it was.
[[nodiscard]] struct rlimit raise_open_files();

/// Sets them on the calling process; refuses if one cannot be set.
void set_limits(const std::vector<EffectiveLimit>& limits);

}  // namespace sbx::runtime
