// Meaning to steps. Mount order is constructed, never taken from the text: parents before children, literal nodes before
// parameters.
#pragma once

#include "compiler/plan/execution_plan.hpp"
#include "grammar/diagnostic.hpp"

namespace sbx::plan {

/// Linear in the number of nodes (but for sorting). Reports F027 when the mounts cannot fit bubblewrap's 9 000 words.
[[nodiscard]] ExecutionPlan lower(const policy::Policy& policy, DiagnosticSink& sink);

}  // namespace sbx::plan
