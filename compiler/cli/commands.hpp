// The verbs. Each takes the parsed command line and returns the exit code; failures of the environment leave as std::system_error.
#pragma once

#include "compiler/cli/options.hpp"

namespace sbx::cli {

ExitCode build_command(const Options& options);
ExitCode check_command(const Options& options);
ExitCode config_command(const Options& options);
ExitCode plan_command(const Options& options);
ExitCode expand_command(const Options& options);
ExitCode verify_command(const Options& options);
ExitCode why_command(const Options& options);
ExitCode diff_command(const Options& options);
ExitCode test_command(const Options& options);
ExitCode fmt_command(const Options& options);
ExitCode lsp_command(const Options& options);
ExitCode doctor_command(const Options& options);
ExitCode explain_command(const Options& options);
ExitCode std_command(const Options& options);
ExitCode schema_command(const Options& options);
ExitCode completion_command(const Options& options);
ExitCode help_command(const Options& options);
ExitCode version_command(const Options& options);

/// Prints a command line's mistake; ExitCode::usage.
ExitCode refuse_usage(const UsageError& error);

}  // namespace sbx::cli
