// Limits to rlimits, in the kernel's units (getrlimit(2)). check() has already refused what this release cannot deliver; should one
// arrive here all the same, it is refused again rather than dropped.
#include "compiler/plan/stages.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <string_view>

namespace sbx::plan {
namespace {

/// Processes of the sandbox's own that RLIMIT_NPROC counts beside the payload: bubblewrap's monitor and its process 1. Both have
/// the payload's id and live in, or above, its user namespace (measured with bubblewrap 0.8.0: a limit of 12 leaves the payload 10,
/// with and without --disable-userns). The stage that starts the payload becomes the payload, and the supervisor stays outside the
/// counted namespace. See user_namespaces(7) and setrlimit(2), RLIMIT_NPROC.
constexpr std::uint64_t own_processes = 2;

constexpr std::uint64_t milliseconds_per_second = 1000;

/// The suffix of the RLIMIT_ constant; nullopt for what is no rlimit.
std::optional<std::string_view> rlimit_name(policy::Limit limit) {
    using policy::Limit;
    switch (limit) {
        case Limit::cpu_time:
            return "cpu";
        case Limit::address_space:
            return "as";
        case Limit::data:
            return "data";
        case Limit::stack:
            return "stack";
        case Limit::core:
            return "core";
        case Limit::locked_memory:
            return "memlock";
        case Limit::message_queues:
            return "msgqueue";
        case Limit::file_size:
            return "fsize";
        case Limit::open_files:
            return "nofile";
        case Limit::processes:
            return "nproc";
        case Limit::wall_time:
        case Limit::grace:
        case Limit::memory:
        case Limit::cpus:
        case Limit::output:
        case Limit::tmpfs_total:
            return std::nullopt;
    }
    return std::nullopt;
}

bool is_supervised(policy::Limit limit) {
    return limit == policy::Limit::wall_time || limit == policy::Limit::grace || limit == policy::Limit::output;
}

bool is_of_cgroup(policy::Limit limit) {
    return limit == policy::Limit::memory || limit == policy::Limit::cpus;
}

/// Whole seconds, rounded down: stricter than asked, never wider. nullopt below one second.
std::optional<policy::LimitValue> in_seconds(const policy::LimitValue& value) {
    const auto* milliseconds = std::get_if<std::uint64_t>(&value);
    if (milliseconds == nullptr) {
        return value;
    }
    if (*milliseconds < milliseconds_per_second) {
        return std::nullopt;
    }
    return policy::LimitValue{*milliseconds / milliseconds_per_second};
}

}  // namespace

LimitTable lower_limits(const policy::Limits& limits, const policy::Degradations& degradations, DiagnosticSink& sink) {
    LimitTable table;
    for (const auto& [limit, located] : limits) {
        const auto name = rlimit_name(limit);
        if (!name && limit == policy::Limit::tmpfs_total) {
            continue;  // decided when the policy is checked: the sizes of all tmpfs are known then
        }
        if ((is_supervised(limit) || is_of_cgroup(limit)) && std::holds_alternative<policy::Unlimited>(located.value)) {
            continue;  // nothing is measured
        }
        if (const auto* number = std::get_if<std::uint64_t>(&located.value); is_supervised(limit) && number != nullptr) {
            table.supervised.push_back(SupervisedLimit{std::string(policy::to_text(limit)), *number, located.origin});
            continue;
        }
        if (const auto* number = std::get_if<std::uint64_t>(&located.value); is_of_cgroup(limit) && number != nullptr) {
            const auto degradation = degradations.find(limit);
            table.cgroup.push_back(
                CgroupLimit{std::string(policy::to_text(limit)), *number, located.origin,
                            degradation == degradations.end() ? std::nullopt : std::optional(degradation->second)});
            continue;
        }
        const auto value = limit == policy::Limit::cpu_time ? in_seconds(located.value) : std::optional(located.value);
        if (!name || !value) {
            auto report = sink.report(DiagnosticKind::limit_undeliverable, located.origin,
                                      fmt::format("`{}` cannot be delivered by this release's targets", policy::to_text(limit)));
            if (name) {
                report.note("the kernel counts whole seconds of processor time").help("write at least `cpu-time 1s`");
            }
            continue;
        }
        const std::uint64_t added = limit == policy::Limit::processes ? own_processes : 0;
        table.limits.push_back(ResourceLimit{std::string(*name), *value, added, located.origin});
    }
    std::sort(table.limits.begin(), table.limits.end(),
              [](const ResourceLimit& a, const ResourceLimit& b) { return a.name < b.name; });
    return table;
}

}  // namespace sbx::plan
