// Failed tests of a policy, for verbs that do not refuse it for them: `test` reports them itself, and `why` is asked because of
// them.
#pragma once

#include "compiler/cli/compile.hpp"

namespace sbx::cli {

/// Takes the failed tests out of the diagnostics. What else is wrong rejects the policy as ever, and is looked for as ever: a
/// compilation with failed tests has not been lowered. Gives how many they were; none where something else rejects it.
std::size_t set_failed_tests_aside(Compilation& done);

}  // namespace sbx::cli
