// The options of policyc as data: how they are written, and what they do.
#include "compiler/cli/options.hpp"

#include <algorithm>
#include <array>

namespace sbx::cli {
namespace {

constexpr std::array<OptionRow, 28> option_rows = {{
    {OptionId::output, "-o,--output", "DIR", "the bundle: a new directory, or an older bundle"},
    {OptionId::with_runtime, "--with-runtime", "", "puts sbx-run into it, for hosts that lack it"},
    {OptionId::define, "-D,--define", "NAME=VALUE", "replaces `let NAME`; VALUE as a policy writes it"},
    {OptionId::include, "-I,--include", "DIR", "where else `use` and `extends` may read from"},
    {OptionId::format, "--format", "text|json", "how diagnostics are printed; default: text"},
    {OptionId::color, "--color", "auto|always|never", "default auto: on terminals, unless NO_COLOR is set"},
    {OptionId::quiet, "-q,--quiet", "", "no warnings and no summary, only errors"},
    {OptionId::help, "-h,--help", "", "says how the command is used"},
    {OptionId::man, "--man", "", "prints the manual page policyc(1) instead"},
    {OptionId::test_format, "--format", "text|json|junit", "how results are printed; default: text"},
    {OptionId::fail_on_empty, "--fail-on-empty", "", "ends with 5 where a file has no test"},
    {OptionId::coverage, "--coverage", "", "lists what no expectation asks about"},
    {OptionId::mutate, "--mutate", "", "which small changes would no test notice?"},
    {OptionId::kernel, "--kernel", "", "tries each expectation in the sandbox, for real"},
    {OptionId::set, "--set", "NAME=VALUE", "a parameter, for `--kernel`; as sbx-run takes it"},
    {OptionId::diff_format, "--format", "text|markdown|json", "how the difference is printed; default: text"},
    {OptionId::fail_on, "--fail-on", "wider|different", "ends with 4 where NEW is that"},
    {OptionId::within, "--within", "CEILING", "a policy or bundle that it may not go beyond"},
    {OptionId::check, "--check", "", "names the files that would change, and ends with 1"},
    {OptionId::diff, "--diff", "", "prints what would change, for `patch -p0`"},
    {OptionId::check_format, "--format", "FORM[=FILE]", "text, json, sarif, github, junit or gcc; more than once"},
    {OptionId::fail_level, "--fail-level", "error|warning|pedantic", "what ends with 1; default: error"},
    {OptionId::select, "--select", "CODE,…", "these findings alone; a code, a name, or `F`"},
    {OptionId::ignore, "--ignore", "CODE,…", "all findings but these"},
    {OptionId::pedantic, "--pedantic", "", "finds what is a matter of taste and place, too"},
    {OptionId::baseline, "--baseline", "FILE", "an older JSON or SARIF report: only what is new counts"},
    {OptionId::fix, "--fix", "", "makes the edits that change no meaning"},
    {OptionId::stdio, "--stdio", "", "taken, since clients say it; there is no other way"},
}};

}  // namespace

const OptionRow& option_row(OptionId id) {
    return *std::find_if(option_rows.begin(), option_rows.end(), [&](const OptionRow& row) { return row.id == id; });
}

}  // namespace sbx::cli
