// Refuses, degrades, and names the limit of memory. See the header.
#include "runtime/cgroup_verdict.hpp"

#include <algorithm>
#include <csignal>
#include <sys/resource.h>

namespace sbx::runtime {

namespace {

/// `memory` (build.sbx:9).
std::string statement_of(std::string_view limit, const Manifest& manifest) {
    const std::string statement = "limits." + std::string(limit);
    for (const EnforcementRow& row : manifest.enforcement) {
        if (row.statement == statement && !row.origin.empty()) {
            return quoted(limit) + " (" + printable(row.origin) + ")";
        }
    }
    return quoted(limit);
}

}  // namespace

std::optional<std::uint64_t> processes_in(const Preparation& preparation, const CgroupLimits& limits) {
    // The one who starts the sandbox and ends at once is counted until it is reaped.
    constexpr std::uint64_t starter = 1;
    for (const EffectiveLimit& limit : preparation.limits) {
        if (limits.any() && limit.resource == RLIMIT_NPROC && limit.requested) {
            return *limit.requested + starter;
        }
    }
    return std::nullopt;
}

Degraded degraded_or_refused(std::string_view protection, const Refusal& why, const Manifest& manifest) {
    for (const Degradation& each : manifest.degradable) {
        if (each.limit == protection) {
            return {each, why};
        }
    }
    throw Refusal(why);
}

std::vector<Degraded> settle_missing(const SandboxCgroup& cgroup, const Manifest& manifest) {
    std::vector<Degraded> result;
    for (const MissingLimit& missing : cgroup.missing()) {
        if (missing.limit == "processes") {
            continue;
        }
        Refusal refusal = missing.why;
        refusal.what = statement_of(missing.limit, manifest) + " cannot be kept: " + refusal.what;
        result.push_back(degraded_or_refused(missing.limit, refusal, manifest));
        result.back().why = missing.why;
    }
    return result;
}

std::string describe(const Degraded& degraded) {
    return quoted(degraded.allowed.limit) + " is not in force: " + degraded.why.what + "; the policy has `may-degrade " +
           degraded.allowed.limit + "`, because " + quoted(degraded.allowed.reason);
}

void account_for_memory(Ending& ending, const CgroupUse& use, const CgroupLimits& limits) {
    if (use.out_of_memory && limits.memory && ending.started && !ending.limit) {
        ending.limit = FiredLimit{"memory", *limits.memory, "bytes", use.memory_peak};
        ending.killed = true;
        ending.exit_code = 128 + SIGKILL;
        ending.refusal.reset();
    } else if (use.out_of_memory && !ending.started) {
        ending.refusal = Refusal{std::string(step::limits), "`memory` is too low for the sandbox to be set up",
                                 "raise `memory` in the policy", exit_refused};
        ending.exit_code = exit_refused;
    } else if (use.killed_for_others && ending.refusal) {
        ending.refusal =
            Refusal{std::string(ending.refusal->step),
                    "the kernel killed the sandbox because memory ran out elsewhere: on the host, or in a cgroup above",
                    "have the host, or what sbx-run was started in, use less memory", exit_refused};
    }
}

}  // namespace sbx::runtime
