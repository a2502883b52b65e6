// Reporting for one run: what leaves a hole in the policy, what does not, and findings with their waivers.
#include "compiler/policy/resolve_session.hpp"

namespace sbx::policy {

DiagnosticBuilder Session::error(DiagnosticKind kind, Origin origin, std::string message) {
    profile.incomplete = true;
    return sink.report(kind, origin, std::move(message));
}

DiagnosticBuilder Session::refuse(DiagnosticKind kind, Origin origin, std::string message) {
    return sink.report(kind, origin, std::move(message));
}

void Session::finding(Diagnostic diagnostic) {
    if (const Waiver* waiver = accept_finding(profile.waivers, diagnostic)) {
        sink.add_waived({std::move(diagnostic), waiver->origin, waiver->reason});
    } else {
        sink.add(std::move(diagnostic));
    }
}

bool Session::spend(std::size_t amount, Origin origin) {
    if (amount <= budget_) {
        budget_ -= amount;
        return true;
    }
    budget_ = 0;
    if (!budget_reported_) {
        budget_reported_ = true;
        error(DiagnosticKind::bad_value, origin, "the `let`s of this policy expand to more than a compiler should hold")
            .help("write the values out, or let fewer `let`s name each other");
    }
    profile.incomplete = true;
    return false;
}

const Waiver* accept_finding(std::vector<Waiver>& waivers, const Diagnostic& diagnostic) {
    const Waiver* accepted = nullptr;
    for (Waiver& waiver : waivers) {
        if (waiver.finding != diagnostic.kind || waiver.origin.file != diagnostic.origin.file ||
            diagnostic.severity == Severity::error) {
            continue;
        }
        const bool covers = !waiver.statement || (waiver.statement->span.begin <= diagnostic.origin.span.begin &&
                                                  diagnostic.origin.span.end <= waiver.statement->span.end);
        waiver.used = waiver.used || covers;
        accepted = covers && accepted == nullptr ? &waiver : accepted;
    }
    return accepted;
}

}  // namespace sbx::policy
