// What the parts of a plan's text share; for describe.cpp and its parts alone.
#pragma once

#include "compiler/plan/execution_plan.hpp"

#include <string>
#include <vector>

namespace sbx::plan {

struct Line {
    std::string text;
    std::string comment;
};

/// Quoted where its bytes could be taken for something else.
[[nodiscard]] std::string shown_path(const SandboxPath& path);

/// Nothing of a network that is not filtered.
[[nodiscard]] std::vector<Line> network_lines(const ExecutionPlan& plan);

[[nodiscard]] std::vector<Line> landlock_lines(const LandlockPlan& plan);

}  // namespace sbx::plan
