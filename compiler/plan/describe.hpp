// Plans as text for people and for tests: one step a line, with its origin.
#pragma once

#include "compiler/plan/execution_plan.hpp"

#include <string>

namespace sbx::plan {

[[nodiscard]] std::string describe(const ExecutionPlan& plan);
/// The mount steps only, without origins: the language of the lowering tests.
[[nodiscard]] std::string describe(const MountPlan& plan);

}  // namespace sbx::plan
