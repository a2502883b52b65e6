// policyc as a function: a command line in, an exit code out. The one place where exceptions end.
#pragma once

namespace sbx::cli {

/// What main() returns.
[[nodiscard]] int run_program(int argc, char** argv);

}  // namespace sbx::cli
