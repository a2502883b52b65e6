// The sets of a filter that are empty when it is written: the launcher fills them, and the sandbox's own resolver. What is in them
// is asked as a question about one packet.
#pragma once

#include "compiler/policy/policy.hpp"
#include "compiler/verify/nft_ruleset.hpp"

#include <map>
#include <string>

namespace sbx::verify {

// Questions, as they stand in messages behind "where".
inline constexpr std::string_view question_host = "the address is one of the host's own";
inline constexpr std::string_view question_gateway = "the user-mode network itself answers at the address";
[[nodiscard]] std::string question_address(const std::string& parameter);
[[nodiscard]] std::string question_port(const std::string& parameter);
[[nodiscard]] std::string question_name(const std::string& name);

struct LaunchSet {
    NftType type = NftType::ipv4;
    std::string question;
    std::string parameter;  ///< whose value it is filled with; else empty
};
/// Those that a filter of this policy has, as runtime/artifact_format.hpp names them, by name.
[[nodiscard]] std::map<std::string, LaunchSet, std::less<>> launch_sets(const policy::Network& network);

/// Parameters of the network: addresses and ports that stand for themselves.
struct NetworkParameters {
    std::set<std::string> addresses;
    std::set<std::string> ports;
};
[[nodiscard]] NetworkParameters network_parameters(const policy::Network& network);

}  // namespace sbx::verify
