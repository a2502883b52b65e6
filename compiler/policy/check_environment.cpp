// Findings about variables whose values name something in the view.
#include "compiler/policy/check_parts.hpp"
#include "compiler/policy/decide.hpp"

namespace sbx::policy {

namespace {

/// Why a file cannot be made in `path`; empty if it can, or if a launch decides.
std::string why_not_writable(const Policy& policy, const SandboxPath& path) {
    Request request;
    request.kind = RequestKind::write;
    request.path = path.joined("/file");
    const Decision decision = decide(policy, request);
    if (decision.verdict != Verdict::denied) {
        return {};
    }
    request.kind = RequestKind::read;
    request.path = path;
    const bool is_seen = decide(policy, request).verdict != Verdict::denied;
    return is_seen ? "cannot be written inside" : "does not exist inside";
}

}  // namespace

void check_temporary_directory(const Profile& profile, Findings& findings) {
    const auto variable = profile.policy.environment.fixed.find("TMPDIR");
    if (variable == profile.policy.environment.fixed.end() || !variable->second.value.is_literal()) {
        return;  // with a parameter in it the launch decides
    }
    const std::string text = variable->second.value.literal();
    if (text.empty()) {
        return;  // as if it were not set: /tmp
    }
    const std::optional<SandboxPath> path = SandboxPath::literal(text);
    const std::string why = path ? why_not_writable(profile.policy, *path) : "is no absolute path in normal form";
    if (why.empty()) {
        return;
    }
    Diagnostic finding = make_finding(DiagnosticKind::temporary_directory_unusable, variable->second.origin,
                                      "`TMPDIR` is " + variable->second.value.quoted() + ", which " + why);
    finding.notes.emplace_back("some programs fail then, others write elsewhere without a word");
    finding.help.push_back(path ? "add `tmpfs " + path->text() + "`, or name a directory that can be written"
                                : "write, for example, `set TMPDIR = \"/tmp\"`");
    findings.add(std::move(finding));
}

}  // namespace sbx::policy
