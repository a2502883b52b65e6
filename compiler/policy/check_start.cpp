// Whether a program can start: the working directory and the command must be in the view.
#include "compiler/policy/check_parts.hpp"
#include "compiler/policy/decide.hpp"

namespace sbx::policy {

namespace {

void explain(Diagnostic& finding, const Decision& decision) {
    if (decision.origin.known()) {
        finding.labels.push_back({decision.origin, "decided here"});
    }
    if (!decision.reason.empty()) {
        finding.notes.push_back(decision.reason);
    }
}

bool is_directory(const Policy& policy, const SandboxPath& path, const Decision& decision) {
    const auto node = policy.filesystem.nodes.find(path);
    const bool is_file = node != policy.filesystem.nodes.end() && std::holds_alternative<DataFile>(node->second.content);
    const bool may_hold_files = decision.view == View::implied_directory || decision.view == View::private_read ||
                                decision.view == View::procfs || decision.view == View::private_write ||
                                decision.view == View::host_read || decision.view == View::host_write;
    return may_hold_files && !is_file && decision.verdict != Verdict::depends;
}

void check_workdir(const Policy& policy, const Located<SandboxPath>& workdir, Findings& findings) {
    Request request;
    request.kind = RequestKind::read;
    request.path = workdir.value;
    const Decision decision = decide(policy, request);
    if (is_directory(policy, workdir.value, decision)) {
        return;
    }
    const std::string path = workdir.value.text();
    const bool is_seen = decision.verdict == Verdict::allowed;
    Diagnostic finding =
        make_finding(DiagnosticKind::workdir_not_visible, workdir.origin,
                     "the working directory `" + path + "` is " + (is_seen ? "no directory" : "not visible inside"));
    explain(finding, decision);
    finding.help.push_back(is_seen ? "choose a directory that is granted"
                                   : "grant it, as in `write " + path + "`, or choose a directory that is granted");
    findings.add(std::move(finding));
}

void check_command(const Policy& policy, const Located<Command>& command, Findings& findings) {
    Request request;
    request.kind = RequestKind::exec;
    request.path = command.value.program;
    const Decision decision = decide(policy, request);
    if (decision.verdict == Verdict::allowed) {
        return;
    }
    const std::string path = command.value.program.text();
    Diagnostic finding =
        make_finding(DiagnosticKind::command_not_visible, command.origin, "`" + path + "` can't be executed inside");
    explain(finding, decision);
    finding.help.push_back(decision.advice.empty() ? "grant the program, as in `read " + path + "`" : decision.advice);
    findings.add(std::move(finding));
}

}  // namespace

void check_start(const Profile& profile, Findings& findings) {
    if (profile.policy.filesystem.workdir) {
        check_workdir(profile.policy, *profile.policy.filesystem.workdir, findings);
    }
    if (profile.policy.process.command) {
        check_command(profile.policy, *profile.policy.process.command, findings);
    }
}

}  // namespace sbx::policy
