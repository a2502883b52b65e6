// How many words bubblewrap is handed for a plan, and how many mounts it makes of it. Emitters write exactly so many.
#pragma once

#include "compiler/plan/execution_plan.hpp"

#include <cstdint>

namespace sbx::plan {

/// What the compiler allows itself of bubblewrap's 9 000 words (bubblewrap.c, MAX_ARGS); the rest is the runtime's.
inline constexpr std::uint32_t word_limit = 8800;

[[nodiscard]] std::uint32_t word_count(const Mount& mount);
[[nodiscard]] std::uint32_t word_count(const MountPlan& plan);
/// The switches, ids, host name, system-call filter and working directory.
[[nodiscard]] std::uint32_t word_count(const ProcessPlan& plan);
/// `--setenv NAME VALUE` for every name; a pattern counts as one.
[[nodiscard]] std::uint32_t word_count(const EnvironmentPlan& plan);
/// What stands in `bwrap.args`.
[[nodiscard]] std::uint32_t word_count(const ExecutionPlan& plan);

/// Mounts that bubblewrap makes. `--dev` is a tmpfs, six device nodes and a devpts (bwrap(1)).
[[nodiscard]] std::uint32_t mount_count(const Mount& mount);

}  // namespace sbx::plan
