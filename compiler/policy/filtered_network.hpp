// The rules of a filtering network as their normal form.
#pragma once

#include "compiler/policy/network_parts.hpp"

#include <vector>

namespace sbx::policy {

/// `rules` hold every statement but `resolver`, in any order; the result's `rules` hold that one too, with `resolver_origin`.
/// `origin`: of the mode.
[[nodiscard]] Network filtered_network(const ParameterTable& parameters, std::vector<NetworkRule> rules,
                                       std::vector<ResolverAddress> resolvers, Origin resolver_origin, Origin origin);
/// `network off` for a network in which nothing can be reached and nothing is published; else the network itself.
[[nodiscard]] Network off_if_closed(Network network);

}  // namespace sbx::policy
