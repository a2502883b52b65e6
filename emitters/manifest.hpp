// manifest.json: what the bundle is, what it needs, and the digests of everything else in it.
#pragma once

#include "emitters/emit.hpp"

#include <string>
#include <vector>

namespace sbx::emit {

/// `artifacts` are all files of the bundle but this one, sorted by name; `read`, those that were read back and mean the policy.
[[nodiscard]] std::string manifest(const plan::ExecutionPlan& plan, const BundleInfo& info, const std::vector<Artifact>& artifacts,
                                   const std::vector<std::string>& read = {});

}  // namespace sbx::emit
