// Requests for system calls; a part of decide().
#pragma once

#include "compiler/policy/decide.hpp"

namespace sbx::policy {

/// A call that is let through for some arguments is allowed; the reason says which are refused.
[[nodiscard]] Decision decide_system_call(const Policy& policy, const std::string& name);
/// Whether sockets of a family can be made, as far as families go: named, or implied by the rest.
[[nodiscard]] bool has_family(const Policy& policy, std::string_view family);
/// What stands in the way of a connection before any address is looked at: the system call or the family; empty where nothing does.
[[nodiscard]] std::optional<Decision> decide_socket(const Policy& policy, std::string_view family);

}  // namespace sbx::policy
