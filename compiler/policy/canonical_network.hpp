// The network's object in policy.json, both ways. Internal to canonical_json() and read_canonical_json().
#pragma once

#include "compiler/policy/canonical_values.hpp"
#include "compiler/policy/json_writer.hpp"
#include "compiler/policy/policy.hpp"

#include <array>

namespace sbx::policy {

inline constexpr std::array<Protocol, 4> protocols_by_word{Protocol::icmp, Protocol::other, Protocol::tcp, Protocol::udp};

void write_network(JsonWriter& json, const Network& network);
/// The object that write_network() writes. Parameters were read before.
[[nodiscard]] Network read_network(CanonicalValues& values);

}  // namespace sbx::policy
