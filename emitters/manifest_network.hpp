// The `network` object of manifest.json.
#pragma once

#include "emitters/emit.hpp"

#include <nlohmann/json.hpp>
#include <vector>

namespace sbx::emit {

/// `artifacts`: all files of the bundle, of which those of the filter are listed in the order of loading.
[[nodiscard]] nlohmann::ordered_json manifest_network(const plan::ExecutionPlan& plan, const std::vector<Artifact>& artifacts);

}  // namespace sbx::emit
