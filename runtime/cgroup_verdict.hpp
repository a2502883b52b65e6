// What a launch makes of its cgroup: refuses where a limit is missing, or goes on without it where the policy lets it; and says
// afterwards whether the kernel ended the sandbox for want of memory.
#pragma once

#include "runtime/manifest.hpp"
#include "runtime/preparation.hpp"
#include "runtime/sandbox_cgroup.hpp"
#include "runtime/supervise.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sbx::runtime {

/// A protection that this launch goes without, as the policy's `may-degrade` lets it.
struct Degraded {
    Degradation allowed;
    Refusal why;
};

/// What pids.max has to be; absent where the policy does not limit processes, or has nothing else for a cgroup: RLIMIT_NPROC keeps
/// `processes` everywhere, and to make a cgroup takes the kernel longer than to start the sandbox.
[[nodiscard]] std::optional<std::uint64_t> processes_in(const Preparation& preparation, const CgroupLimits& limits);

/// What the policy's `may-degrade PROTECTION` says; throws `why` if there is none.
[[nodiscard]] Degraded degraded_or_refused(std::string_view protection, const Refusal& why, const Manifest& manifest);

/// Of the limits that `cgroup` is missing. Refuses if the policy does not let one of them be missing; `processes` always may be,
/// since RLIMIT_NPROC keeps it too.
[[nodiscard]] std::vector<Degraded> settle_missing(const SandboxCgroup& cgroup, const Manifest& manifest);

/// One sentence without its full stop.
[[nodiscard]] std::string describe(const Degraded& degraded);

/// If the kernel killed the sandbox: says so in `ending`, in the place of what could be seen of it.
void account_for_memory(Ending& ending, const CgroupUse& use, const CgroupLimits& limits);

}  // namespace sbx::runtime
