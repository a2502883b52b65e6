// What the verbs that read policies share: from the command line to a compilation, and from its diagnostics to the user.
#pragma once

#include "compiler/cli/compile.hpp"
#include "compiler/cli/options.hpp"

#include <vector>

namespace sbx::cli {

/// Reads and compiles the file at `path` as the options say. std::system_error if it cannot be read.
[[nodiscard]] Compilation compile_file(const std::string& path, const Options& options, Until until, FindingLevels levels = {});

/// Text goes to standard error. JSON goes to standard output when it is the verb's whole output (`output_is_report`), else to
/// standard error, and only if there is something to say.
void print_diagnostics(const std::vector<const Compilation*>& compilations, const Options& options, bool output_is_report);

}  // namespace sbx::cli
