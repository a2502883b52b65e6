// A bundle that is there already, and was made of a policy that meant something else.
#pragma once

#include "compiler/cli/compile.hpp"

namespace sbx::cli {

/// SBX-A002 where `request.out` holds the policy.json of another policy than the one compiled; nothing where it holds none. Only
/// meanings are compared: whether the other artifacts mean that policy is for `policyc verify` to see.
void report_stale_bundle(const Compilation& done, const CompileRequest& request, const policy::FileReader& reader,
                         DiagnosticSink& sink);

}  // namespace sbx::cli
