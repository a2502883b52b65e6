// The environment needs no lowering: the policy's tables are already what the runtime applies, stage by stage.
#include "compiler/plan/stages.hpp"

namespace sbx::plan {

EnvironmentPlan lower_environment(const policy::Environment& environment) {
    return EnvironmentPlan{environment};
}

}  // namespace sbx::plan
