// The chains that every filter has, with the denials of its policy between them.
#pragma once

#include "compiler/plan/filter_plan.hpp"

#include <string>

namespace sbx::emit {

/// input, forward and output, and those they jump to; `allowed` is empty.
[[nodiscard]] std::string chains_text(const plan::FilterPlan& plan);

}  // namespace sbx::emit
