// Whether the sandbox could edit what confines it: its policy's files and its bundle (R-CMP-15, finding F019).
#pragma once

#include "compiler/cli/compile.hpp"

namespace sbx::cli {

/// Asks the reference semantics whether any source of the profile, or the output directory, can be written through a literal host
/// tree of the policy, and reports F019 where it can.
void report_own_policy_writable(const Compilation& compilation, const CompileRequest& request, const policy::FileReader& reader,
                                DiagnosticSink& sink);

}  // namespace sbx::cli
