// `launch`: the bundle as one POSIX sh script that needs none of our programs, only coreutils, util-linux and bwrap.
#pragma once

#include "emitters/emit.hpp"

#include <string>
#include <vector>

namespace sbx::emit {

/// `artifacts` are the other files of the bundle but manifest.json; what the launcher uses of them it carries itself.
[[nodiscard]] std::string launcher_script(const plan::ExecutionPlan& plan, const BundleInfo& info,
                                          const std::vector<Artifact>& artifacts);

}  // namespace sbx::emit
