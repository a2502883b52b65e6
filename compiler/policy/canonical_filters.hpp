// The filter of system calls and the families of sockets in policy.json, both ways. Internal to canonical_json() and
// read_canonical_json(). A filter is written as what it changes of the default set, whichever way the policy said it.
#pragma once

#include "compiler/policy/canonical_values.hpp"
#include "compiler/policy/json_writer.hpp"
#include "compiler/policy/policy.hpp"

namespace sbx::policy {

void write_system_calls(JsonWriter& json, const Policy& policy);
void write_sockets(JsonWriter& json, const SocketFamilies& sockets);
/// The values that they write. The rest of the policy was read before.
void read_system_calls(CanonicalValues& values, Policy& policy);
void read_sockets(CanonicalValues& values, Policy& policy);

}  // namespace sbx::policy
