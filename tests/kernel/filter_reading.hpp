// What a bundle's packet filter does with one packet, read from its text: by the compiler's reader, which shares no code with what
// writes the text and knows nothing of what the policy means. The third opinion of the table of connections.
#pragma once

#include "compiler/policy/policy.hpp"
#include "compiler/verify/address_line.hpp"
#include "compiler/verify/conditions.hpp"
#include "compiler/verify/nft_program.hpp"

#include <map>
#include <set>
#include <string>

namespace sbx::kernel {

/// What only a launch knows.
struct LaunchFacts {
    std::set<policy::Address> host;                                 ///< the host's own addresses
    std::set<policy::Address> gateway;                              ///< where the user-mode network itself answers
    std::map<std::string, std::string> values;                      ///< of parameters
    std::map<std::string, std::set<policy::Address>> answers_to{};  ///< names: what the resolver has answered
};

enum class Fate : std::uint8_t { accepted, rejected, dropped };

class FilterReading {
public:
    /// Reads the files of the bundle. Throws verify::Malformed where one cannot be read.
    FilterReading(const std::string& bundle, const policy::Network& network);
    FilterReading(const FilterReading&) = delete;
    FilterReading& operator=(const FilterReading&) = delete;

    /// Of the first packet of a connection that a program of the sandbox makes.
    [[nodiscard]] Fate of(policy::Protocol protocol, const policy::Endpoint& endpoint, const LaunchFacts& facts);

private:
    const policy::Network& network_;
    verify::NftRuleset ruleset_;
    verify::PortTable ports_;
    verify::Conditions conditions_;

    [[nodiscard]] verify::Condition known(const policy::Endpoint& endpoint, const LaunchFacts& facts);
};

}  // namespace sbx::kernel
