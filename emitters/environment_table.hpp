// The environment plan as environment.tab.
#pragma once

#include "emitters/emit.hpp"

#include <string>

namespace sbx::emit {

[[nodiscard]] std::string environment_table(const plan::EnvironmentPlan& plan);

}  // namespace sbx::emit
