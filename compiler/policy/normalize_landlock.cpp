// What the layers demand of Landlock, in the normal form. A `may-degrade` that nothing calls for is reported (F001).
#include "compiler/policy/check_parts.hpp"
#include "compiler/policy/resolve_session.hpp"

namespace sbx::policy {

void normalize_landlock(const Layer& layer, Policy& policy, Session& session) {
    if (layer.landlock) {
        policy.landlock.least = Located<std::uint64_t>{layer.landlock->value, layer.landlock->origin};
    }
    if (!layer.landlock_may_degrade) {
        return;
    }
    policy.landlock.may_degrade = layer.landlock_may_degrade->value;
    settle_landlock(policy);
    const Degradation& said = layer.landlock_may_degrade->value;
    if (!policy.landlock.may_degrade && said.origin.file == &session.sources.files.front() && !session.profile.is_fragment &&
        !said.by_all) {
        Diagnostic finding = make_finding(DiagnosticKind::dead_statement, said.origin, "`may-degrade landlock` has no effect");
        finding.notes.emplace_back("what the kernel has of Landlock is used, and nothing here insists on more");
        finding.help.emplace_back("remove it, or say what you insist on: `require landlock 6`, or `noexec` before a path");
        session.profile.dead_statements.push_back(std::move(finding));
    }
}

}  // namespace sbx::policy
