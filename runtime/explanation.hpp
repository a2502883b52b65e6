// What `--verbose` tells: a line for each step, what was done and why, in the words of the policy's reader. Nothing depends on it.
#pragma once

#include "runtime/handover.hpp"
#include "runtime/manifest.hpp"
#include "runtime/preparation.hpp"
#include "runtime/supervise.hpp"

#include <string>
#include <vector>

namespace sbx::runtime {

[[nodiscard]] std::string explain_scrub();
[[nodiscard]] std::string explain_bundle(const Manifest& manifest);
[[nodiscard]] std::string explain_identity(const Manifest& manifest, const Identity& identity);
/// What was bound: parameters, paths, variables, limits, the network.
[[nodiscard]] std::vector<std::string> explain_preparation(const CommandLine& line, const Preparation& preparation);
/// Where the command's streams lead, and what is about to be started.
[[nodiscard]] std::vector<std::string> explain_handover(const Manifest& manifest, const Preparation& preparation,
                                                        const Handover& handover);
[[nodiscard]] std::string explain_ending(const Ending& ending);

}  // namespace sbx::runtime
