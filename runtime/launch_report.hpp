// What `--report` says: what was asked for, what was in force, how it ended. Assumes nothing about how far the launch came;
// guarantees that a protection is called enforced only if the payload was executed under it.
#pragma once

#include "runtime/cgroup_verdict.hpp"
#include "runtime/manifest.hpp"
#include "runtime/preparation.hpp"
#include "runtime/supervise.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace sbx::runtime {

struct LaunchReport {
    const Manifest* manifest = nullptr;        ///< null: the bundle was not read
    const Preparation* preparation = nullptr;  ///< null: nothing was bound
    const Ending* ending = nullptr;            ///< null: no process was made
    const Refusal* refusal = nullptr;          ///< why the payload did not run, or why nobody knows how it ended
    const SandboxCgroup* cgroup = nullptr;     ///< null: none was asked for yet
    const CgroupUse* use = nullptr;            ///< null: the sandbox had no cgroup
    const std::vector<Degraded>* degraded = nullptr;
    std::string bubblewrap_version;
    std::string helper_version;             ///< of the user-mode network, if there is one
    std::chrono::microseconds prepared{0};  ///< from the beginning until a process was made
    std::chrono::microseconds total{0};
};

/// Absent: it did not come that far, or there is no such network.
[[nodiscard]] std::optional<NetworkMade> network_made(const LaunchReport& report);

/// One JSON object; its members are listed in sbx-run(1), and their form is compiler/cli/schemas/launch-report.schema.json.
[[nodiscard]] std::string to_json(const LaunchReport& report);

}  // namespace sbx::runtime
