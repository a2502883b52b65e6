// Changes to the network; a part of for_each_mutant().
#pragma once

#include "compiler/policy/mutants.hpp"

namespace sbx::policy {

/// The mode, and each statement of a filtering block that is in the profile's own files: dropped, turned round, or made wider by
/// one prefix length, one port or one protocol. Returns how many statements were passed over.
std::size_t mutate_network(const Policy& policy, const std::function<void(const Mutant&)>& body);

}  // namespace sbx::policy
