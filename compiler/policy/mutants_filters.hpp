// Changes of what is said of system calls and sockets; a part of for_each_mutant().
#pragma once

#include "compiler/policy/mutants.hpp"

namespace sbx::policy {

void mutate_filters(const Policy& policy, const std::function<void(const Mutant&)>& body);

}  // namespace sbx::policy
