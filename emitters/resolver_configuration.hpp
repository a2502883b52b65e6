// resolver.conf: what dnsmasq(8) answers, whom it asks, and which sets of the packet filter get what it answered.
#pragma once

#include "compiler/plan/filter_plan.hpp"

#include <string>
#include <vector>

namespace sbx::emit {

/// Complete but for the servers that are parameters.
[[nodiscard]] std::string resolver_configuration(const plan::FilterPlan& plan);
/// As in `server=/NAME/` of dnsmasq: `example.org` where the name itself is answered, `*.example.org` where only those below are.
[[nodiscard]] std::vector<std::string> resolver_names(const plan::ResolverPlan& plan);

}  // namespace sbx::emit
