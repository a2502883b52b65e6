// Networks in the language: statements, and the words in which a message names what is reached.
#pragma once

#include "compiler/policy/policy.hpp"

#include <string>
#include <vector>

namespace sbx::policy {

/// `443 8000-8999`; empty for every port.
[[nodiscard]] std::string to_text(const PortSet& ports);
/// `443 $p`; empty for every port.
[[nodiscard]] std::string to_text(const Ports& ports);
/// `10.20.0.0/16 192.0.2.1-192.0.2.9`; what is more than `most` ranges is left out, with a `…`.
[[nodiscard]] std::string to_text(const AddressSet& addresses, std::size_t most);
/// `tcp to 10.20.0.0/16 port 443`, as in `allow`; `other` is no word of the language.
[[nodiscard]] std::string reach_text(Protocol protocol, const std::string& addresses, const std::string& ports);

/// `publish tcp 8080 on ::1`.
[[nodiscard]] std::string publication_text(const Publication& publication);
/// The statement as it could have been written; a long list of addresses is cut.
[[nodiscard]] std::string to_statement(const NetworkRule& rule);
/// All of it, as resolve() reads it: for one of the network's own rules.
[[nodiscard]] std::string whole_statement(const Network& network, const NetworkRule& rule);
/// `resolver 10.20.0.53 $dns`; there are some.
[[nodiscard]] std::string resolver_statement(const Network& network);
/// ` port 443`; nothing for every port.
[[nodiscard]] std::string port_part(const std::string& ports);
/// In the place of a reason, where only the meaning of a statement is known.
inline const std::string unknown_reason = "the reason stands in the source of the policy";
/// ` because "…"`.
[[nodiscard]] std::string because(const std::string& reason);
/// `allow ` or `deny `.
[[nodiscard]] std::string verb_of(NetworkStatement statement);
/// The statements of a filtering block that resolve() reads back as the same network, but for `rules`.
struct NetworkLine {
    std::string text;
    Origin origin;
};
[[nodiscard]] std::vector<NetworkLine> network_lines(const Network& network);

}  // namespace sbx::policy
