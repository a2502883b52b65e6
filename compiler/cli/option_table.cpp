// The options of policyc as data: how they are written, and what they are for.
#include "compiler/cli/options.hpp"

#include <algorithm>
#include <array>

namespace sbx::cli {
namespace {

constexpr std::array<OptionRow, 29> option_rows = {{
    {OptionId::output, "-o,--output", "DIR", "the bundle: a new directory, or an older bundle", WordKind::directory},
    {OptionId::with_runtime, "--with-runtime", "", "puts sbx-run into it, for hosts that lack it"},
    {OptionId::depfile, "--depfile", "FILE", "what was read, as a rule for make and Ninja", WordKind::file},
    {OptionId::define, "-D,--define", "NAME=VALUE", "replaces `let NAME`; VALUE as a policy writes it", WordKind::none, "", true},
    {OptionId::include, "-I,--include", "DIR", "where else `use` and `extends` may read from", WordKind::directory, "", true},
    {OptionId::format, "--format", "text|json", "how diagnostics are printed; default: text", WordKind::choice},
    {OptionId::color, "--color", "auto|always|never", "default auto: on terminals, unless NO_COLOR is set", WordKind::choice},
    {OptionId::quiet, "-q,--quiet", "", "no warnings and no summary, only errors"},
    {OptionId::help, "-h,--help", "", "says how the command is used"},
    {OptionId::man, "--man", "", "prints a manual page; which may be said: sbx-run, sbx"},
    {OptionId::test_format, "--format", "text|json|junit", "how results are printed; default: text", WordKind::choice},
    {OptionId::fail_on_empty, "--fail-on-empty", "", "ends with 5 where a file has no test"},
    {OptionId::coverage, "--coverage", "", "lists what no expectation asks about"},
    {OptionId::mutate, "--mutate", "", "which small changes would no test notice?"},
    {OptionId::kernel, "--kernel", "", "tries each expectation in the sandbox, for real"},
    {OptionId::set, "--set", "NAME=VALUE", "a parameter, for `--kernel`; as sbx-run takes it", WordKind::none, "", true},
    {OptionId::diff_format, "--format", "text|markdown|json", "how the difference is printed; default: text", WordKind::choice},
    {OptionId::fail_on, "--fail-on", "wider|different", "ends with 4 where NEW is that", WordKind::choice},
    {OptionId::within, "--within", "CEILING", "a policy or bundle that it may not go beyond", WordKind::policy_or_bundle},
    {OptionId::check, "--check", "", "names the files that would change, and ends with 1"},
    {OptionId::diff, "--diff", "", "prints what would change, for `patch -p0`"},
    {OptionId::check_format, "--format", "FORM[=FILE]", "text, json, sarif, github, junit or gcc; more than once", WordKind::choice,
     "text|json|sarif|github|junit|gcc", true},
    {OptionId::fail_level, "--fail-level", "error|warning|pedantic", "what ends with 1; default: error", WordKind::choice},
    {OptionId::select, "--select", "CODE,…", "these findings alone; a code, a name, or `F`", WordKind::findings, "", true},
    {OptionId::ignore, "--ignore", "CODE,…", "all findings but these", WordKind::findings, "", true},
    {OptionId::pedantic, "--pedantic", "", "finds what is a matter of taste and place, too"},
    {OptionId::baseline, "--baseline", "FILE", "an older JSON or SARIF report: only what is new counts", WordKind::file},
    {OptionId::fix, "--fix", "", "makes the edits that change no meaning"},
    {OptionId::stdio, "--stdio", "", "taken, since clients say it; there is no other way"},
}};

}  // namespace

const OptionRow& option_row(OptionId id) {
    return *std::find_if(option_rows.begin(), option_rows.end(), [&](const OptionRow& row) { return row.id == id; });
}

}  // namespace sbx::cli
