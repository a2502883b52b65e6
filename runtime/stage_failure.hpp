// The words for what a stage reports, which has none of its own.
#pragma once

#include "runtime/refusal.hpp"
#include "runtime/stage.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace sbx::runtime {

/// Absent if `failure` numbers none. `error` is an errno value, `file` the file that it is about.
[[nodiscard]] std::optional<Refusal> describe_stage_failure(std::uint64_t failure, int error, const std::string& file);

}  // namespace sbx::runtime
