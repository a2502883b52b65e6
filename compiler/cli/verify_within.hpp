// `policyc verify DIR --within CEILING`: a bundle that means its policy, held against a ceiling.
#pragma once

#include "compiler/cli/options.hpp"

#include <cstddef>

namespace sbx::cli {

/// Says whether the bundle lies within the ceiling that the options name, with each thing that it grants beyond it. `files`: how
/// many of the bundle were read. ExitCode::forbidden if it goes beyond; ExitCode::rejected if the ceiling is no good policy.
[[nodiscard]] ExitCode verify_within(const Options& options, std::size_t files);

}  // namespace sbx::cli
