// The filtered network of the broken launcher, in the shape in common use: unshare, nft, slirp4netns, each taken on trust.
#pragma once

#include "tests/kernel/naive/flaws.hpp"

#include <nlohmann/json.hpp>
#include <string>

namespace sbx::naive {

/// Does nothing unless the manifest asks for a filtered network. The flaws:
///   unfiltered  no packet filter at all
///   unfilled    the host's addresses and the gateway's are not put into its sets
///   silent      what is denied vanishes
///   ignore      goes on whatever fails
///   hostloop, dns, bare, splicing   the user-mode network as it comes: with a way to the host's loopback, with its resolver,
///   without
///                                   a confinement of its own, with the ports that pasta forwards
void attach_network(const Flaws& flaws, const std::string& bundle, const nlohmann::json& manifest);

}  // namespace sbx::naive
