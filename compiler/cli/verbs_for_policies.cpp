// Verbs that read policies or bundles: what they are called, what they do, how they are used.
#include "compiler/cli/commands.hpp"
#include "compiler/cli/verb_rows.hpp"

#include <limits>

namespace sbx::cli {
namespace {

constexpr std::size_t any_number = std::numeric_limits<std::size_t>::max();

}  // namespace

// Lines fit a terminal of 80 columns.
std::vector<Verb> verbs_for_policies() {
    return {
        {"build",
         "[build] FILE -o DIR [--with-runtime] [-D NAME=VALUE]… [-I DIR]…",
         "compiles a profile into a bundle",
         "Writes DIR, which `DIR/launch -- COMMAND…` or `sbx-run DIR -- COMMAND…` runs a\n"
         "program under. Nothing is written unless the policy is free of errors and its\n"
         "tests hold; then DIR is replaced in one step. A directory that holds anything\n"
         "but a bundle is refused. The same input gives the same bytes. A good policy\n"
         "prints nothing. FILE may be `-`, standard input. House rules hold here too.\n"
         "\n"
         "`--depfile` writes what was read as a rule for make and Ninja, which then build\n"
         "DIR/policy.json again when one of these files changes. policyc itself, which has\n"
         "the standard fragments in it, is for the build to name.",
         "policyc worker.sbx -o out\n"
         "policyc worker.sbx -o out -D mirror=10.20.0.0/16 -I /usr/share/policies\n"
         "out/launch --set scratch=/var/tmp/job42 -- make test",
         {OptionId::output, OptionId::with_runtime, OptionId::depfile, OptionId::define, OptionId::include, OptionId::format,
          OptionId::color, OptionId::quiet, OptionId::help},
         {1, 1, "one file"},
         build_command,
         {WordKind::policy}},
        {"check",
         "check FILE|DIR… [--fail-level LEVEL] [--format FORM[=FILE]]…",
         "reports everything that is wrong with policies",
         "Reads profiles and fragments, and every `*.sbx` below a directory, decides their\n"
         "tests, and prints what it finds. `-` is standard input. A file that cannot be read\n"
         "does not keep the others from it. Text goes to standard error, any other form to\n"
         "standard output, unless it is given a file; several forms are written from one\n"
         "run. `gcc` is for editors, `github` for annotations, which are ten of a kind.\n"
         "\n"
         "An error is reported whatever is selected or known. `--fail-level warning` ends\n"
         "with 1 for warnings, too. With `--baseline`, warnings of the older report are\n"
         "counted in one line. A finding is accepted in place with `waive CODE \"reason\"`.\n"
         "\n"
         "`--fix` makes edits in the files that are checked, as far as they change no\n"
         "meaning: that is compared before anything is written. `--diff` prints them.\n"
         "With `-o DIR`, a bundle that was made of another meaning is a finding.",
         "policyc check worker.sbx\n"
         "policyc check --fail-level warning policies/\n"
         "policyc check --format text --format sarif=policies.sarif policies/\n"
         "policyc check --pedantic --select F,N policies/*.sbx\n"
         "policyc expand worker.sbx | policyc check -",
         {OptionId::fail_level, OptionId::pedantic, OptionId::select, OptionId::ignore, OptionId::baseline, OptionId::fix,
          OptionId::diff, OptionId::output, OptionId::define, OptionId::include, OptionId::check_format, OptionId::color,
          OptionId::quiet, OptionId::help},
         {1, any_number, "a file"},
         check_command,
         {WordKind::policy}},
        {"config",
         "config [FILE]",
         "prints the house rules that hold for a policy",
         "They stand in `.policyc.json`, in the directory of FILE or the nearest one above it;\n"
         "without FILE, of the working directory. Its members: `severities`, from codes to\n"
         "error, warning, pedantic or off; `pedantic`, true or false; `ceiling`, a profile\n"
         "that no policy may go beyond; `required-limits`, a list of limits that every\n"
         "profile has to set. An error can't be made less. `check` applies all of them,\n"
         "`build` the ceiling and the limits. Of several files the nearest one holds.",
         "policyc config policies/worker.sbx",
         only_help,
         {0, 1, ""},
         config_command,
         {WordKind::policy}},
        {"plan",
         "plan FILE",
         "prints what the launcher will do, each step with its origin",
         "Mounts are in the order in which they are made; the first line counts them, since\n"
         "the launch takes longer the more there are.",
         "policyc plan worker.sbx",
         options_of_reading,
         {1, 1, "one file"},
         plan_command,
         {WordKind::policy}},
        {"expand",
         "expand FILE",
         "prints one flat file that means the same",
         "Everything that `use`, `extends`, `let` and `-D` bring in stands where it takes\n"
         "effect; a comment says where it comes from. Compiled, it gives the same\n"
         "policy.json, byte by byte.",
         "policyc expand worker.sbx\n"
         "policyc expand worker.sbx > flat.sbx && policyc flat.sbx -o out",
         options_of_reading,
         {1, 1, "one file"},
         expand_command,
         {WordKind::policy}},
        {"why",
         "why FILE read|write|exec|connect|resolve|env|limit|syscall …",
         "says whether a request is allowed, and which statement decides",
         "A request is `read PATH`, `write PATH` or `exec PATH`, with the path as the program\n"
         "sees it; `connect [tcp|udp] ADDRESS:PORT`; `resolve NAME`; `env NAME`;\n"
         "`limit NAME [VALUE]`; or `syscall NAME`. Prints the decision, the deciding\n"
         "statement and how it got into the profile, and the smallest statement that would\n"
         "turn the answer, which was tried. FILE may be a bundle, too. The exit code is 0\n"
         "either way.",
         "policyc why worker.sbx read /etc/passwd\n"
         "policyc why worker.sbx write '$scratch/out.o'\n"
         "policyc why worker.sbx connect tcp 10.20.3.4:443\n"
         "policyc why worker.sbx env HOME\n"
         "policyc why worker.sbx limit open-files\n"
         "policyc why worker.sbx syscall ptrace",
         options_of_reading,
         {3, 4, "a file and a request"},
         why_command,
         {WordKind::policy_or_bundle, WordKind::request, WordKind::none}},
        {"test",
         "test FILE… [--coverage] [--mutate] [--kernel [--set NAME=VALUE]…]",
         "runs the tests of policies, and says what they leave unasked",
         "Prints a line for each `test` block, and each expectation that does not hold with\n"
         "the statement that decided it. The last line counts the statements of the\n"
         "profile's own files, and the regions of the whole policy, that an expectation\n"
         "asks about. `--mutate` drops, widens and flips statements one by one, leaves out\n"
         "the changes that mean nothing, and prints for each that no test notices the\n"
         "expectation that would. `--kernel` compiles the sandbox, starts it with sbx-run and\n"
         "tries each expectation in it; what cannot be tried here is named, and never counted\n"
         "as holding. JUnit's form is for continuous integration.",
         "policyc test worker.sbx\n"
         "policyc test --coverage --mutate worker.sbx\n"
         "policyc test --kernel --set scratch=/var/tmp/job42 worker.sbx\n"
         "policyc test --format junit --fail-on-empty policies/*.sbx > results.xml",
         {OptionId::fail_on_empty, OptionId::coverage, OptionId::mutate, OptionId::kernel, OptionId::set, OptionId::define,
          OptionId::include, OptionId::test_format, OptionId::color, OptionId::quiet, OptionId::help},
         {1, any_number, "a file"},
         test_command,
         {WordKind::policy}},
        {"diff",
         "diff OLD NEW [--fail-on wider|different]",
         "says what NEW allows that OLD does not, and the other way round",
         "OLD and NEW are policies, or bundles: directories that policyc has written. What\n"
         "is compared is what they mean; order, layout, names of files and what stands in\n"
         "which of them make no difference. Prints one sentence that is true as a whole,\n"
         "then each difference once, for all values of all parameters, with the statements\n"
         "that decide it on both sides.\n"
         "\n"
         "`--fail-on wider` ends with 4 unless NEW allows at most what OLD allows;\n"
         "`--fail-on different` wherever the two do not mean the same.",
         "policyc diff old.sbx new.sbx\n"
         "policyc diff --fail-on wider deployed/ worker.sbx\n"
         "git show main:worker.sbx | policyc diff --format markdown - worker.sbx",
         {OptionId::fail_on, OptionId::define, OptionId::include, OptionId::diff_format, OptionId::color, OptionId::quiet,
          OptionId::help},
         {2, 2, "two policies or bundles", "`policyc diff` needs NEW, too: what is {} compared with?",
          "`policyc diff {0} NEW`; or, with what git has, `git show HEAD:{0} | policyc diff - {0}`"},
         diff_command,
         {WordKind::policy_or_bundle}},
        {"verify",
         "verify DIR [--within CEILING]",
         "says whether a bundle still means its policy",
         "Reads every file of the bundle DIR with code that knows nothing of what wrote it,\n"
         "and holds what it means against DIR/policy.json: the view at every path, limits,\n"
         "environment, process, system-call filter. Looks at digests, modes, missing and\n"
         "unknown files too. Needs nothing but the bundle. Exit code 6 if anything differs.\n"
         "`--within` then proves that it grants nothing that CEILING, a policy or a bundle,\n"
         "does not grant; exit code 4 if it does.",
         "policyc verify out\n"
         "policyc verify --format json out\n"
         "policyc verify -q out && cp -r out /srv/image/\n"
         "policyc verify out --within house.sbx",
         {OptionId::within, OptionId::include, OptionId::format, OptionId::quiet, OptionId::help},
         {1, 1, "one bundle"},
         verify_command,
         {WordKind::directory}},
        {"fmt",
         "fmt FILE… [--check] [--diff]",
         "writes policies in the one style",
         "Changes white space, line ends, commas and `;`, but no word and no comment. The\n"
         "language reference describes the style; nothing about it can be chosen. A file that\n"
         "is in it is not touched; any other is replaced in one step, with its mode and\n"
         "owner, and through a symbolic link. A file with mistakes of spelling stays as it\n"
         "is, and the mistakes are printed; what the words mean is a matter for `check`. FILE\n"
         "may be `-`: standard input is formatted to standard output.\n"
         "\n"
         "With `--check` or `--diff` nothing is written. `--check` names the files that are\n"
         "not in the style, and ends with 1 if there are any; with `--diff`, too, differences\n"
         "stand in place of names. `--diff` alone ends with 0.",
         "policyc fmt worker.sbx\n"
         "policyc fmt --check policies/*.sbx\n"
         "policyc fmt --diff worker.sbx | patch -p0\n"
         "find . -name '*.sbx' -exec policyc fmt --check --diff {} +\n"
         "policyc expand worker.sbx | policyc fmt -",
         {OptionId::check, OptionId::diff, OptionId::format, OptionId::color, OptionId::quiet, OptionId::help},
         {1, any_number, "a file"},
         fmt_command,
         {WordKind::policy}},
        {"lsp",
         "lsp [-D NAME=VALUE]… [-I DIR]…",
         "serves editors: what is wrong while it is typed, and more",
         "Speaks the Language Server Protocol on standard input and output, for as long as\n"
         "an editor keeps it. It says what `policyc check` says, house rules included, of the\n"
         "texts that are open, offers the edits, and knows what each path and address may do\n"
         "and why. It reads what the policies name and the rules above them, and writes no\n"
         "file. Options of the editor: `definitions`, `includeDirectories`, `pedantic`. Ends\n"
         "with 0 after `shutdown`, and with 1 if the client leaves without it.\n"
         "\n"
         "`grammar/editors/README.md` has more on each editor, and highlighting.",
         "policyc lsp --stdio\n"
         "# VS Code: package grammar/editors/vscode, as its README says\n"
         "# Neovim, ftplugin/sbx.lua: vim.lsp.start({cmd = {'policyc', 'lsp'}})\n"
         "# Helix: language-server.policyc = {command = \"policyc\", args = [\"lsp\"]}\n"
         "# Emacs: (add-to-list 'eglot-server-programs '(sbx-mode \"policyc\" \"lsp\"))",
         {OptionId::stdio, OptionId::pedantic, OptionId::define, OptionId::include, OptionId::help},
         {0, 0, ""},
         lsp_command},
    };
}

}  // namespace sbx::cli
