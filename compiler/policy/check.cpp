// What is found about a policy as a whole, in one pass over its normal form. Assumes what resolve() made; where something was left
// out of that, nothing is said about what is missing, since the error that left it out says it.
#include "compiler/policy/check.hpp"

#include "compiler/policy/check_parts.hpp"
#include "compiler/policy/removal.hpp"
#include "compiler/policy/resolve_session.hpp"

namespace sbx::policy {

Diagnostic make_finding(DiagnosticKind kind, Origin origin, std::string message) {
    Diagnostic diagnostic;
    diagnostic.kind = kind;
    diagnostic.severity = info(kind).severity;
    diagnostic.origin = origin;
    diagnostic.message = std::move(message);
    return diagnostic;
}

bool Findings::add(Diagnostic diagnostic) {
    if (const Waiver* waiver = accept_finding(waivers_, diagnostic)) {
        sink_.add_waived({std::move(diagnostic), waiver->origin, waiver->reason});
        return false;
    }
    sink_.add(std::move(diagnostic));
    return true;
}

namespace {

constexpr DiagnosticKind later_kind = DiagnosticKind::many_mounts;

void check_waivers(const Findings& findings, bool later, DiagnosticSink& sink) {
    for (const Waiver& waiver : findings.waivers()) {
        if (waiver.used || (waiver.finding == later_kind) != later) {
            continue;
        }
        Diagnostic stale = make_finding(DiagnosticKind::stale_waiver, waiver.origin,
                                        "nothing here is `" + std::string(info(waiver.finding).name) + "` any more");
        stale.help.emplace_back("remove the waiver");
        stale.fixes.push_back(waiver.statement ? clause_removal(waiver.clause, true) : statement_removal(waiver.clause, true));
        sink.add(std::move(stale));
    }
}

}  // namespace

void check(const Profile& profile, DiagnosticSink& sink) {
    Findings findings(profile, sink);
    check_tmpfs_total(profile, findings);
    if (profile.incomplete) {
        return;
    }
    for (const Diagnostic& finding : profile.dead_statements) {
        findings.add(finding);
    }
    check_degradations(profile, findings);
    check_host_proc(profile, findings);
    check_tests(profile, findings);
    check_noexec(profile, findings);
    check_masks(profile, findings);
    if (!profile.is_fragment) {
        check_start(profile, findings);
        check_address_space(profile, findings);
        check_tmpfs_memory(profile, findings);
        check_temporary_directory(profile, findings);
        check_loader_calls(profile, findings);
        check_grants(profile, findings);
        check_ceilings(profile, findings);
        lint_whole(profile, findings);
        lint_limits(profile, findings);
        lint_executables(profile, findings);
        lint_coverage(profile, findings);
    }
    lint_paths(profile, findings);
    lint_other_names(profile, findings);
    lint_network(profile, findings);
    lint_process(profile, findings);
    lint_secrets(profile, findings);
    lint_tests(profile, findings);
    if (!sink.has_errors()) {
        check_waivers(findings, false, sink);
    }
}

void check_later(const Profile& profile, std::optional<Diagnostic> finding, DiagnosticSink& sink) {
    Findings findings(profile, sink);
    if (finding) {
        findings.add(*std::move(finding));
    }
    check_waivers(findings, true, sink);
}

}  // namespace sbx::policy
