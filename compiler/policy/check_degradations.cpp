// `may-degrade all`: it covers what nobody has thought of, so it is said in any profile, and is not to be had in one that has
// promised to stay within another.
#include "compiler/policy/check_parts.hpp"

namespace sbx::policy {

void check_degradations(const Profile& profile, Findings& findings) {
    if (!profile.degrades_all) {
        return;
    }
    if (!profile.ceilings.empty()) {
        Diagnostic error = make_finding(DiagnosticKind::degrade_unreasoned, *profile.degrades_all,
                                        "`may-degrade all` in a profile that has a `within`");
        error.labels.push_back({profile.ceilings.front().origin, "the ceiling is named here"});
        error.help.emplace_back("name the limits, each with its reason: `may-degrade memory because \"…\"`");
        findings.add(std::move(error));
        return;
    }
    Diagnostic finding = make_finding(DiagnosticKind::degrade_all, *profile.degrades_all,
                                      "`may-degrade all` lets a launch go without every limit that the host cannot keep");
    finding.help.emplace_back("name the limits: `may-degrade memory cpus because \"…\"`");
    findings.add(std::move(finding));
}

}  // namespace sbx::policy
