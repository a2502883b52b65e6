// The limits that no kernel keeps: sbx-run measures or counts, and ends the sandbox, first by SIGTERM, after `grace` by SIGKILL.
#pragma once

#include "compiler/policy/policy.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace sbx::policy {

/// Milliseconds from SIGTERM to SIGKILL where the policy says nothing else.
inline constexpr std::uint64_t usual_grace = 2000;
/// Milliseconds: 36500 days. More cannot be told from `unlimited`.
inline constexpr std::uint64_t most_wall_time = 36500ULL * 24 * 60 * 60 * 1000;

/// Thousandths of a processor: Linux has no more than 8192 of them (CONFIG_NR_CPUS).
inline constexpr std::uint64_t most_cpus = std::uint64_t{8192} * 1000;
/// Bytes.
inline constexpr std::uint64_t least_memory = std::uint64_t{1} << 20U;

/// Bytes: 1048576T.
inline constexpr std::uint64_t most_output = 1ULL << 60U;

/// The limits that a cgroup keeps, which not every host has to give; `may-degrade all` is these.
inline constexpr std::array<Limit, 2> degradable_limits = {Limit::memory, Limit::cpus};
[[nodiscard]] bool may_degrade(Limit limit);
/// Without those whose limit has no number any more.
void settle_degradations(Degradations& degradations, const Limits& limits);
/// The number of a limit that has one; a parameter or `unlimited` is none.
[[nodiscard]] std::optional<std::uint64_t> number_of(const Limits& limits, Limit limit);
/// Some limit has the sandbox ended.
[[nodiscard]] bool ends_sandbox(const Limits& limits);
/// In a normal form `grace` is there where some limit has the sandbox ended, and nowhere else.
void settle_grace(Limits& limits);

}  // namespace sbx::policy
