// Verbs that tell of the language, of this host, and of policyc itself.
#include "compiler/cli/commands.hpp"
#include "compiler/cli/verb_rows.hpp"

namespace sbx::cli {

// Lines fit a terminal of 80 columns.
std::vector<Verb> verbs_for_readers() {
    return {
        {"doctor",
         "doctor [FILE|BUNDLE]",
         "says what this host lacks, found by trying",
         "Does, in processes that are thrown away, what a launch does: makes the namespaces,\n"
         "mounts, loads a packet filter, opens /dev/net/tun, attaches the user-mode network,\n"
         "sets limits and a system-call filter, starts bubblewrap. Nothing is believed for\n"
         "what a version or a sysctl says. Takes a second at most, and leaves nothing behind.\n"
         "For each shortcoming: what was tried, what the kernel said, which statements need\n"
         "it, and the remedy for this kind of host. The last line is one for a log.\n"
         "\n"
         "With a policy or a bundle, only what that one needs. As root everything is tried\n"
         "with the ids of `run-as`; without a policy, with those of nobody, 65534. Ends with 7\n"
         "if something is missing. What few policies need (a cgroup, for `memory` and\n"
         "`cpus`; Landlock, for `noexec` and `require landlock`) is told without a policy too,\n"
         "and counts as missing only for one that cannot do without it.",
         "policyc doctor\n"
         "policyc doctor worker.sbx\n"
         "policyc doctor -q out && sbx-run out -- make test\n"
         "policyc doctor --format json out > host.json",
         options_of_reading,
         {0, 1, ""},
         doctor_command,
         {WordKind::policy_or_bundle}},
        {"explain",
         "explain CODE|@SET|@GROUP|WORD",
         "explains a diagnostic, a set of addresses or system calls, or a word",
         "A diagnostic is named by its code or its name; an address set is printed with the\n"
         "documents that assign it, a group of system calls with their numbers.",
         "policyc explain SBX-F003\n"
         "policyc explain hide-without-effect\n"
         "policyc explain @private\n"
         "policyc explain @mount\n"
         "policyc explain tmpfs",
         only_help,
         {1, 1, "one code, set or word"},
         explain_command,
         {WordKind::explained}},
        {"std",
         "std [NAME]",
         "lists the standard fragments, or prints one",
         "They are part of the compiler and written in the policy language; `use std/NAME`\n"
         "takes one in.",
         "policyc std\npolicyc std system",
         only_help,
         {0, 1, ""},
         std_command,
         {WordKind::fragment}},
        {"schema",
         "schema [NAME]",
         "lists the JSON Schemas of bundles and reports, or prints one",
         "`policy` is the form of policy.json, the policy's meaning; `manifest` that of\n"
         "manifest.json; `doctor` that of what `policyc doctor --format json` prints;\n"
         "`launch-report` that of what `sbx-run --report` writes. All are JSON Schema, draft\n"
         "2020-12.",
         "policyc schema policy > policy.schema.json",
         only_help,
         {0, 1, ""},
         schema_command,
         {WordKind::schema}},
        {"completion",
         "completion bash|zsh|fish [policyc|sbx-run]",
         "prints the script that has a shell complete command lines",
         "An installation puts them where the shells look. For a build that is not\n"
         "installed, or another machine:",
         "policyc completion zsh sbx-run > ~/.zfunc/_sbx-run\n"
         "eval \"$(policyc completion bash)\"",
         only_help,
         {1, 2, "a shell"},
         completion_command,
         {WordKind::shell, WordKind::program}},
        {"help",
         "help [COMMAND] [--man [PAGE]]",
         "says how policyc, or one command, is used",
         "`--man` prints a manual page instead: policyc, which is policyc(1), sbx-run or sbx.",
         "policyc help why\n"
         "policyc help --man sbx | man -l -",
         {OptionId::man, OptionId::help},
         {0, 1, ""},
         help_command,
         {WordKind::verb}},
        {"version", "--version", "prints the version", "", "policyc --version", {OptionId::help}, {0, 0, ""}, version_command},
    };
}

}  // namespace sbx::cli
