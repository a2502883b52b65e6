// The manifest's `cgroup` and `may_degrade`: limits that a cgroup keeps, and which of them a launch may do without.
#pragma once

#include "runtime/json_reader.hpp"
#include "runtime/manifest.hpp"

namespace sbx::runtime {

/// `result` has its requirements already; refuses a manifest in which the two do not name the same limits.
void read_cgroup(const JsonValue& root, Manifest& result);

}  // namespace sbx::runtime
