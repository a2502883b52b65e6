// What a policy grants beyond another one: the question behind `within`, for profiles and for bundles. One call.
#pragma once

#include "compiler/policy/compare.hpp"

#include <string>
#include <vector>

namespace sbx::policy {

/// One thing that the ceiling does not grant. `region.before` is the ceiling's side, `region.after` the policy's.
struct Excess {
    Region region;
    std::string message;  ///< `write /srv/out` goes beyond the ceiling `house`, where `/srv/out` is read-only
    std::string example;  ///< one that shows it; empty where the message does
};
/// Empty exactly if the policy lies within the ceiling, for every value of every parameter.
[[nodiscard]] std::vector<Excess> excess_over(const Policy& ceiling, const std::string& ceiling_name, const Policy& policy);

}  // namespace sbx::policy
