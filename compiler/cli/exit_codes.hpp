// What a finished policyc says to its caller. One table: programs return from it, `--help` and the manual page print it.
#pragma once

#include <array>
#include <string_view>

namespace sbx::cli {

enum class ExitCode : int {
    done = 0,
    rejected = 1,
    usage = 2,
    input_output = 3,
    forbidden = 4,
    test_failed = 5,
    different = 6,
    missing = 7,
    internal = 70
};

struct ExitCodeRow {
    ExitCode code;
    std::string_view meaning;
};

inline constexpr std::array<ExitCodeRow, 9> exit_codes = {{
    {ExitCode::done, "done; warnings may have been printed"},
    {ExitCode::rejected, "the policy was rejected; `fmt --check` would change it; `lsp`: no `shutdown`"},
    {ExitCode::usage, "the command line was not understood"},
    {ExitCode::input_output, "unreadable input or unwritable output"},
    {ExitCode::forbidden, "`diff` found what `--fail-on` forbids, or `verify` what `--within` does"},
    {ExitCode::test_failed, "`policyc test`: a test failed, or none ran under `--fail-on-empty`"},
    {ExitCode::different, "an artifact does not mean its policy; in `build`, a bug in policyc"},
    {ExitCode::missing, "`policyc doctor`: this host lacks something that is needed"},
    {ExitCode::internal, "a bug in policyc"},
}};

}  // namespace sbx::cli
