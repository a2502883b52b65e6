// Requests for the network; a part of decide().
#pragma once

#include "compiler/policy/decide.hpp"

namespace sbx::policy {

/// connect and resolve. An address whose belonging to the host is not known before the launch is decided as not the host's.
[[nodiscard]] Decision decide_connect(const Policy& policy, const Request& request);
[[nodiscard]] Decision decide_resolve(const Policy& policy, const Request& request);

[[nodiscard]] Decision answer(Verdict verdict, Origin origin, std::string reason, std::string advice);

/// Loopback inside the sandbox: always its own (RFC 1122, 3.2.1.3; RFC 4291, 2.5.3).
[[nodiscard]] bool is_loopback(const Address& address);

}  // namespace sbx::policy
