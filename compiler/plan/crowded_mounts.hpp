// F027, of both severities: mounts are what a launch spends its time on, and bubblewrap takes 9 000 words of them at most.
#pragma once

#include "compiler/plan/execution_plan.hpp"
#include "grammar/diagnostic.hpp"

#include <optional>

namespace sbx::plan {

/// False, and an error at the first statement that is too much, where bubblewrap could not take the plan.
[[nodiscard]] bool fits(const ExecutionPlan& plan, DiagnosticSink& sink);

/// A warning about the policy as a whole, at `origin`, where there are more than 128 mounts. bubblewrap 0.8 reads
/// /proc/self/mountinfo for each (bind-mount.c), so that its time grows with the square of their number.
[[nodiscard]] std::optional<Diagnostic> slow_launch(const ExecutionPlan& plan, const Origin& origin);

}  // namespace sbx::plan
