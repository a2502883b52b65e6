// The parts of lower(), one a domain, for lower.cpp and their tests. Each is a pure function of the policy; what cannot be
// delivered is reported and left out, so that nothing is ever planned more loosely than it was said.
#pragma once

#include "compiler/plan/execution_plan.hpp"
#include "grammar/diagnostic.hpp"

#include <vector>

namespace sbx::plan {

[[nodiscard]] MountPlan lower_mounts(const policy::Filesystem& filesystem,
                                     const std::map<std::string, Located<policy::Parameter>>& parameters, DiagnosticSink& sink);
[[nodiscard]] LimitTable lower_limits(const policy::Limits& limits, const policy::Degradations& degradations, DiagnosticSink& sink);
[[nodiscard]] EnvironmentPlan lower_environment(const policy::Environment& environment);
/// Of a network that is not filtered: nothing.
[[nodiscard]] FilterPlan lower_network(const policy::Policy& policy, DiagnosticSink& sink);
[[nodiscard]] ProcessPlan lower_process(const policy::Policy& policy);
[[nodiscard]] SystemCallPlan lower_system_calls(const policy::Policy& policy);
[[nodiscard]] LandlockPlan lower_landlock(const policy::Policy& policy);
/// One row a statement, and one for what every sandbox gets.
[[nodiscard]] std::vector<Enforcement> enforcement_table(const policy::Policy& policy);

}  // namespace sbx::plan
