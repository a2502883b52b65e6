// What a policy demands of Landlock. See the header.
#include "compiler/policy/landlock_demand.hpp"

#include "compiler/policy/policy.hpp"

#include <algorithm>

namespace sbx::policy {

bool has_noexec(const Policy& policy) {
    const auto& nodes = policy.filesystem.nodes;
    return std::any_of(nodes.begin(), nodes.end(), [](const auto& each) {
        const auto* tree = std::get_if<HostTree>(&each.second.content);
        return tree != nullptr && tree->noexec;
    });
}

void settle_landlock(Policy& policy) {
    if (!policy.landlock.least && !has_noexec(policy)) {
        policy.landlock.may_degrade.reset();
    }
}

}  // namespace sbx::policy
