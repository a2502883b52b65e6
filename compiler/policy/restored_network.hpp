// A bundle's network with the statements that it was made of: policy.json has what they mean, manifest.json their words.
#pragma once

#include "compiler/policy/network_parts.hpp"

#include <optional>
#include <string>
#include <vector>

namespace sbx::policy {

/// `network` itself, filtering, with `rules`: of statement i of `statements`, which need not be believed, the rules have
/// `origins[i]`. nullopt where the statements cannot be read, or mean another network.
[[nodiscard]] std::optional<Network> restored_network(const ParameterTable& parameters, const Network& network,
                                                      const std::vector<std::string>& statements,
                                                      const std::vector<Origin>& origins);

}  // namespace sbx::policy
