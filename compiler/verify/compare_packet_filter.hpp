// A packet filter held against the policy's network: what leaves, what comes in, what is forwarded, and that nothing leaves before
// the last file is loaded.
#pragma once

#include "compiler/policy/policy.hpp"
#include "compiler/verify/finding.hpp"
#include "compiler/verify/nft_ruleset.hpp"

#include <string>

namespace sbx::verify {

/// `files`: of how many the ruleset was read, in the order of loading; 1 for what nft has read back. `file` is what findings are
/// about.
void compare_packet_filter(const NftRuleset& ruleset, std::size_t files, const policy::Network& network, const std::string& file,
                           Findings& findings);

}  // namespace sbx::verify
