// landlock.tab: the second wall.
#pragma once

#include "compiler/plan/execution_plan.hpp"

#include <string>

namespace sbx::emit {

[[nodiscard]] std::string landlock_table(const plan::LandlockPlan& plan);

}  // namespace sbx::emit
