// The last step of a build, apart from the command line.
#pragma once

#include "compiler/cli/compile.hpp"
#include "compiler/cli/options.hpp"

#include <string>
#include <vector>

namespace sbx::cli {

/// Prints the diagnostics and writes the bundle, if there is one, to `options.output`, and `inputs`, what it was made of, to
/// `options.depfile`. ExitCode::different, and nothing written, if the artifacts do not mean the policy.
[[nodiscard]] ExitCode write_compilation(const Compilation& done, const Options& options,
                                         const std::vector<std::string>& inputs = {});

}  // namespace sbx::cli
