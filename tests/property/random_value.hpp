// Values for the one path parameter, `p`, of a random policy.
#pragma once

#include "compiler/policy/policy.hpp"

#include <optional>
#include <random>
#include <string>

namespace sbx::test {

[[nodiscard]] bool at_or_below(const std::string& path, const std::string& top);

/// A path one or two components below the directory that `p` must lie under; empty for a policy without the parameter, nullopt when
/// a launch would refuse the value.
[[nodiscard]] std::optional<std::string> random_value(std::mt19937& random, const policy::Policy& policy);

}  // namespace sbx::test
