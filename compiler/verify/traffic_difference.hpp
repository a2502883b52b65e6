// What a filter does with one kind of packets, held against what the policy means: at every far address and port, for all answers
// that a launch could bring. Differences are regions, each named once, with a packet that shows it.
#pragma once

#include "compiler/verify/finding.hpp"
#include "compiler/verify/nft_program.hpp"
#include "compiler/verify/policy_traffic.hpp"

#include <string>
#include <vector>

namespace sbx::verify {

enum class Meant : std::uint8_t {
    exactly,     ///< what the policy allows passes, and the rest is told so
    exactly_in,  ///< what the policy allows passes
    at_most,     ///< it may be less
    everything
};

/// For messages.
struct PacketWords {
    std::string protocol;   ///< `tcp`, `ICMP echo`
    std::string condition;  ///< ` from source port 853`, ` in state related`; may be empty
};

void compare_traffic(const NftProgram& program, const PolicyTraffic& policy, Meant meant, const PacketKind& packets,
                     const PacketWords& words, PortTable& ports, Conditions& conditions, const std::string& file,
                     Findings& findings);

}  // namespace sbx::verify
