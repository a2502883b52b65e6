// What a policy decides about one thing, in words: the reference semantics asked, nothing of its own.
#pragma once

#include "compiler/policy/policy.hpp"

#include <string>
#include <string_view>

namespace sbx::lsp {

// Each is Markdown, and empty where the text is none of the kind.

/// `/etc/passwd` or `$scratch/out`: read, write and exec, each with its reason and the deciding statement's place.
[[nodiscard]] std::string describe_path(const policy::Policy& policy, std::string_view path);
/// An address, a network, a range or a named set: what of it can be reached, and, for its first address, why. `port` is that of
/// the question, 0 for none.
[[nodiscard]] std::string describe_addresses(const policy::Policy& policy, std::string_view text, std::uint16_t port);
/// `10.20.3.4:443`.
[[nodiscard]] std::string describe_endpoint(const policy::Policy& policy, std::string_view text, bool is_udp);
[[nodiscard]] std::string describe_system_call(const policy::Policy& policy, std::string_view name);
[[nodiscard]] std::string describe_variable(const policy::Policy& policy, std::string_view name);
[[nodiscard]] std::string describe_limit(const policy::Policy& policy, std::string_view name);

}  // namespace sbx::lsp
