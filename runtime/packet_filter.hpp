// Loads the packet filter and looks whether it is in force (R-NET-01, R-NET-21). For the process that owns the network namespace,
// while that has no interface but loopback.
#pragma once

#include "runtime/bound_network.hpp"

namespace sbx::runtime {

/// One nft(8) a transaction. Refuses at the first that the kernel does not take, with what nft says, or not within `patience`.
void load_filter(const BoundNetwork& network, std::chrono::seconds patience);

/// Asks the kernel, not nft: the table is there, and nothing beside it; its base chains are those of input, forward and output, and
/// each drops what it does not decide; none of input and output is empty.
void check_filter();

}  // namespace sbx::runtime
