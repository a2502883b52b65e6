// `policyc --help`, `policyc help VERB`, `policyc --version`.
#include "compiler/cli/commands.hpp"
#include "compiler/cli/display_text.hpp"
#include "compiler/cli/manual_page.hpp"
#include "compiler/cli/streams.hpp"
#include "compiler/cli/version.hpp"
#include "grammar/diagnostic.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace sbx::cli {
namespace {

constexpr std::string_view introduction = R"(policyc compiles sandbox policies. A policy says what one process may touch;
what it does not grant is absent.

A first policy, worker.sbx:

    sbx 1
    profile worker
    use std/system                      # what dynamically linked programs need
    param scratch: path under /var/tmp  # bound at launch
    filesystem {
        read    /srv/fixtures
        write   $scratch
        workdir $scratch
    }
    limits { processes 64; open-files 256 }
    test "nothing but the scratch directory can be changed" {
        allowed write $scratch/out
        denied  write /srv/fixtures/a /etc/passwd
    }

Compile it, then run a program under it:

    policyc worker.sbx -o out
    out/launch --set scratch=/var/tmp/job42 -- sh -c 'echo hello > out'

Ask about it:

    policyc check worker.sbx                    what is wrong with it
    policyc why worker.sbx write /etc/passwd    which statement decides
    policyc plan worker.sbx                     what the launcher will do
    policyc explain SBX-F003                    more about a diagnostic
)";

std::string indented(std::string_view lines) {
    std::string out;
    while (!lines.empty()) {
        const std::size_t end = lines.find('\n');
        out += fmt::format("    {}\n", lines.substr(0, end));
        lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
    }
    return out;
}

std::string option_lines(const std::vector<OptionId>& options) {
    std::string out;
    for (const OptionId id : options) {
        const OptionRow& row = option_row(id);
        std::string flags(row.flags);
        if (const std::size_t comma = flags.find(','); comma != std::string::npos) {
            flags.replace(comma, 1, ", ");
        }
        out += fmt::format("  {:<25}  {}\n", row.argument.empty() ? flags : fmt::format("{} {}", flags, row.argument), row.summary);
    }
    return out;
}

ExitCode print_manual_page(const Options& options) {
    const std::string name = options.words.empty() ? "policyc" : options.words.front();
    if (const auto page = manual_page(name)) {
        print_out(*page);
        return ExitCode::done;
    }
    return refuse_usage({fmt::format("there is no manual page `{}`", displayed(name)),
                         fmt::format("there are {}", fmt::join(manual_pages(), ", "))});
}

std::string overview() {
    std::string out = std::string(introduction) + "\nCommands:\n";
    for (const Verb& verb : verbs()) {
        out += fmt::format("  {:<12}{}\n", verb.name, verb.summary);
    }
    out += "\n`policyc help COMMAND` says more about one.\n\nExit codes:\n";
    for (const ExitCodeRow& row : exit_codes) {
        out += fmt::format("  {:<4}{}\n", static_cast<int>(row.code), row.meaning);
    }
    return out;
}

std::string help_of(const Verb& verb) {
    std::string out = fmt::format("policyc {}\n\n{}.\n", verb.usage, verb.summary);
    out[out.find("\n\n") + 2] = static_cast<char>(out[out.find("\n\n") + 2] - 'a' + 'A');
    if (!verb.details.empty()) {
        out += fmt::format("{}\n", verb.details);
    }
    return out + "\nExamples:\n" + indented(verb.examples) + "\nOptions:\n" + option_lines(verb.options);
}

}  // namespace

ExitCode help_command(const Options& options) {
    if (options.man) {
        return print_manual_page(options);
    }
    if (options.words.empty()) {
        print_out(overview());
        return ExitCode::done;
    }
    const std::string& word = options.words.front();
    if (const Verb* verb = find_verb(word)) {
        print_out(help_of(*verb));
        return ExitCode::done;
    }
    std::vector<std::string_view> names;
    for (const Verb& verb : verbs()) {
        names.push_back(verb.name);
    }
    const auto similar = nearest(word, names);
    return refuse_usage({fmt::format("there is no command `{}`", displayed(word)),
                         similar ? fmt::format("did you mean `policyc help {}`?", *similar) : "`policyc help` lists the commands"});
}

ExitCode version_command(const Options&) {
    print_out(fmt::format("policyc {}\n", version));
    return ExitCode::done;
}

}  // namespace sbx::cli
