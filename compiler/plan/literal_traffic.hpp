// The literal part of a policy's traffic as elements of sets. `any` is four protocols that may reach the same: those of one kind
// then share a set, which halves what is written, read back and loaded.
#pragma once

#include "compiler/plan/filter_plan.hpp"

#include <vector>

namespace sbx::plan {

struct LiteralTraffic {
    std::vector<policy::Protocol> protocols;  ///< all with ports or all without, in the order of the policy
    std::vector<FilterElement> elements;      ///< not empty; sorted, disjoint
};

/// `traffic` is what `rules` come to, of what they allow or of what they deny.
[[nodiscard]] std::vector<LiteralTraffic> literal_traffic(const std::vector<policy::NetworkRule>& rules,
                                                          const policy::Traffic& traffic, policy::Family family, bool allows);

}  // namespace sbx::plan
