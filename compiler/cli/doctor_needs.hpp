// Which trials a policy needs, and for which of its statements: the enforcement table of its plan, read the other way round.
#pragma once

#include "compiler/doctor/host_trials.hpp"
#include "compiler/plan/execution_plan.hpp"

#include <vector>

namespace sbx::cli {

struct Need {
    const doctor::Trial* trial = nullptr;
    /// Those that ask for it, in the order of the table; none for what every launch does and for what is asked without a policy.
    std::vector<plan::Enforcement> statements;
    bool counts = true;  ///< the host is not complete without it
};

/// All trials, those that only inform included.
[[nodiscard]] std::vector<Need> needs_of_any_policy();
[[nodiscard]] std::vector<Need> needs_of(const policy::Policy& policy, const plan::ExecutionPlan& plan);

}  // namespace sbx::cli
