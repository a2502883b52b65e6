// The part of the launch report that says which protections were in force, which not, and what the cgroup came to.
#pragma once

#include "runtime/json_writer.hpp"
#include "runtime/launch_report.hpp"

namespace sbx::runtime {

/// The payload was executed, with everything in force that is not said to be missing.
[[nodiscard]] bool is_started(const LaunchReport& report);

/// `protections` and `degradations`. Of a launch that executed nothing, no protection was in force.
void write_protections(JsonWriter& json, const LaunchReport& report);

/// `cgroup`: what was asked of it, and what was used.
void write_cgroup(JsonWriter& json, const LaunchReport& report);

}  // namespace sbx::runtime
