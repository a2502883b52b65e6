// Switches that take a protection away: each has its uses, and each is seldom meant.
#include "compiler/policy/check_parts.hpp"
#include "compiler/policy/removal.hpp"

#include <algorithm>

namespace sbx::policy {
namespace {

struct OpenSwitch {
    DiagnosticKind kind;
    const Located<bool> Process::*value;
    std::string_view message;
    std::string_view note;
    std::string_view help;
};
const OpenSwitch open_switches[] = {
    {DiagnosticKind::terminal_kept, &Process::keep_terminal, "the sandbox may type into the terminal that it was started from",
     "TIOCSTI puts characters into the terminal's input, and the caller's shell runs them: CVE-2017-5226",
     "remove the statement: the program then runs in a session of its own, with its output where it was"},
    {DiagnosticKind::nested_namespaces, &Process::nested_namespaces, "programs inside may make user namespaces",
     "in one of its own a program has every capability, and with it the parts of the kernel that have had most of its holes",
     "remove the statement, unless the program makes sandboxes itself"},
    {DiagnosticKind::survives_parent, &Process::survive_parent, "the sandbox goes on running when its launcher has died",
     "nobody then waits for it, ends it or reads what it says",
     "remove the statement, unless a service manager keeps it in a cgroup"},
    {DiagnosticKind::shared_namespace, &Process::share_ipc, "`share ipc` reaches the host's shared memory and message queues",
     "whatever runs under the same id can be read and written through them: ipc_namespaces(7)",
     "remove the statement, unless the program talks to one on the host that way"},
    {DiagnosticKind::shared_namespace, &Process::share_uts, "`share uts` shows the host's name inside",
     "the name tells one machine from another: uts_namespaces(7)",
     "remove the statement; `hostname NAME` gives the sandbox a name"},
};

constexpr std::string_view sandbox_makers[] = {
#define SBX_SANDBOX_MAKER(name) name,
#include "compiler/policy/sandbox_makers.def"
#undef SBX_SANDBOX_MAKER
};

/// Whether the program that is launched confines parts of itself by the very namespaces that are allowed.
bool makes_sandboxes(const Process& process) {
    if (!process.command || !process.command->value.program.is_literal()) {
        return false;
    }
    const std::string program = process.command->value.program.text();
    const std::string_view name = std::string_view(program).substr(program.rfind('/') + 1);
    return std::find(std::begin(sandbox_makers), std::end(sandbox_makers), name) != std::end(sandbox_makers);
}

/// Whether a finding is about one word of two: `share ipc uts`.
bool is_word_of_several(const Origin& origin) {
    const std::string_view text = origin.file->text(origin.span);
    return text == "ipc" || text == "uts";
}

/// The help, about the word where that is what is to go.
std::string help_for(const OpenSwitch& open, const Origin& origin) {
    std::string help(open.help);
    const std::string_view whole = "the statement";
    const std::size_t at = is_word_of_several(origin) ? help.find(whole) : std::string::npos;
    if (at != std::string::npos) {
        help.replace(at, whole.size(), "`" + std::string(origin.file->text(origin.span)) + "`");
    }
    return help;
}

/// Takes the statement out, or the word that says it, where another stands beside that one: `share ipc uts`. nullopt beside a
/// comma.
std::optional<Fix> removal_of(const Origin& origin) {
    if (!is_word_of_several(origin)) {
        return statement_removal(origin, false);
    }
    const Fix removal = clause_removal(origin, false);
    const std::string_view file = origin.file->text();
    const std::size_t behind = file.find_first_not_of(" \t", origin.span.end);
    const bool has_comma = file[removal.origin.span.begin - 1] == ',' || (behind != std::string_view::npos && file[behind] == ',');
    return has_comma ? std::nullopt : std::optional(removal);
}

}  // namespace

void lint_process(const Profile& profile, Findings& findings) {
    const Process& process = profile.policy.process;
    for (const OpenSwitch& each : open_switches) {
        const Located<bool>& value = process.*each.value;
        const bool is_needed = each.kind == DiagnosticKind::nested_namespaces && makes_sandboxes(process);
        if (value.value && is_own(value.origin) && !is_needed) {
            Diagnostic finding = make_finding(each.kind, value.origin, std::string(each.message));
            finding.notes.emplace_back(each.note);
            if (each.kind == DiagnosticKind::nested_namespaces && profile.policy.sockets.allowed.count("unix") != 0) {
                finding.notes.emplace_back(
                    "Landlock, which would forbid to mount, leaves paths alone then: every Unix socket in a granted tree can be "
                    "connected to, not only those that `socket` names");
            }
            finding.help.push_back(help_for(each, value.origin));
            if (auto removal = removal_of(value.origin)) {
                finding.fixes.push_back(*std::move(removal));
            }
            findings.add(std::move(finding));
        }
    }
    if (!process.run_as && !profile.is_fragment) {
        Diagnostic finding =
            make_finding(DiagnosticKind::no_run_as, profile.origin, "root can't launch this profile: it has no `run-as`");
        finding.notes.emplace_back("an ordinary caller keeps its own id; root has to be told which one to drop to");
        finding.help.emplace_back("write `process { run-as 65532:65532 }`, or an id that is made for this program");
        findings.add(std::move(finding));
    }
}

}  // namespace sbx::policy
