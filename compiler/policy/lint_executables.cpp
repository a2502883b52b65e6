// What can be written can be run, unless a mount says otherwise. That takes nothing away where a shell or an interpreter is
// granted, which runs whatever it is given; it does where a profile grants its programs one by one.
#include "compiler/policy/check_parts.hpp"
#include "compiler/policy/decide.hpp"
#include "compiler/policy/statement_text.hpp"

#include <algorithm>
#include <array>

namespace sbx::policy {
namespace {

/// Programs that run what they are given: the shells of POSIX and of FHS 3.0, section 3.4, busybox, and the interpreters of scripts
/// that the standard fragments know.
constexpr std::array<std::string_view, 14> interpreters = {
    "/bin/sh",      "/usr/bin/sh",   "/bin/bash",        "/usr/bin/bash", "/bin/dash",     "/usr/bin/dash",   "/bin/busybox",
    "/usr/bin/env", "/usr/bin/perl", "/usr/bin/python3", "/usr/bin/node", "/usr/bin/ruby", "/usr/bin/lua5.4", "/usr/bin/gawk"};

bool can_be_run(const Policy& policy, std::string_view program) {
    Request request;
    request.kind = RequestKind::exec;
    request.path = SandboxPath::literal(program).value_or(SandboxPath());
    return decide(policy, request).verdict == Verdict::allowed;
}

}  // namespace

void lint_executables(const Profile& profile, Findings& findings) {
    const Policy& policy = profile.policy;
    if (std::any_of(interpreters.begin(), interpreters.end(), [&](std::string_view each) { return can_be_run(policy, each); })) {
        return;
    }
    for (const auto& [path, node] : policy.filesystem.nodes) {
        const auto* tree = std::get_if<HostTree>(&node.content);
        if (tree == nullptr || !tree->writable || tree->noexec || !is_own(node.origin)) {
            continue;
        }
        Diagnostic finding = make_finding(DiagnosticKind::writable_and_executable, node.origin,
                                          in_backquotes(statement_head(path, node)) + " lets the sandbox run what it writes there");
        finding.notes.emplace_back(
            "no shell and no interpreter is granted, so that nothing else but the granted programs could be run");
        finding.help.emplace_back(
            "let the program hand out what it makes by standard output, or by `pass-descriptor`, and grant the tree with `read`; "
            "waive the finding where that can't be");
        findings.add(std::move(finding));
    }
}

}  // namespace sbx::policy
