// The sandbox's own resolver: dnsmasq(8), in the sandbox's network namespace and outside the sandbox, which answers the names that
// the policy lists and adds each answer to the packet filter.
#pragma once

#include "runtime/bound_network.hpp"

namespace sbx::runtime {

/// Starts it, and waits until it answers on 127.0.0.1 port 53. It has to refuse a name that no policy lists. Network must have a
/// resolver.
[[nodiscard]] Child start_resolver(const BoundNetwork& network, Deadline deadline);

}  // namespace sbx::runtime
