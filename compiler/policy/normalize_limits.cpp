// Limits with their defaults, and what is wrong about the whole of them: a `grace` that nothing waits for, a limit whose keeper the
// sandbox could survive or stop.
#include "compiler/policy/resolve_session.hpp"
#include "compiler/policy/supervised_limits.hpp"

#include <utility>

namespace sbx::policy {
namespace {

void find_vacuous_grace(const Limits& limits, Session& session) {
    const auto grace = limits.find(Limit::grace);
    const bool is_own = grace != limits.end() && grace->second.origin.file == &session.sources.files.front();
    if (!is_own || session.profile.is_fragment || ends_sandbox(limits)) {
        return;
    }
    Diagnostic finding;
    finding.kind = DiagnosticKind::dead_statement;
    finding.severity = info(finding.kind).severity;
    finding.origin = grace->second.origin;
    finding.message = "`grace " + to_text(Duration{number_of(limits, Limit::grace).value_or(0)}) + "` has no effect";
    finding.notes.emplace_back(
        "it is the time between SIGTERM and SIGKILL once `wall-time` or `output` is over, and the profile sets neither");
    finding.help.emplace_back("remove it, or set a `wall-time` or an `output`");
    session.profile.dead_statements.push_back(std::move(finding));
}

/// Whoever can outlive or stop the one who keeps a limit has none.
void refuse_escape(const Limits& limits, const Layer& layer, const char* statement, const char* how, Session& session) {
    const std::string word(statement);
    const auto found = layer.switches.find(word.substr(0, word.find(' ')));
    if (found == layer.switches.end() || !found->second.value) {
        return;
    }
    for (const auto& [limit, verb] : {std::pair(Limit::wall_time, "measured"), std::pair(Limit::output, "counted")}) {
        if (number_of(limits, limit)) {
            session
                .refuse(DiagnosticKind::limit_undeliverable, limits.at(limit).origin,
                        "`" + std::string(to_text(limit)) + "` is " + verb + " by sbx-run, which this sandbox may " + how)
                .label(found->second.origin, "here")
                .help("remove `" + word + "`, or the limit");
        }
    }
}

}  // namespace

Limits normalize_limits(const Layer& layer, Session& session) {
    Limits limits;
    limits[Limit::core] = {LimitValue(std::uint64_t{0}), {}};
    for (const auto& [limit, setting] : layer.limits) {
        limits[limit] = {setting.value, setting.origin};
    }
    find_vacuous_grace(limits, session);
    refuse_escape(limits, layer, "survive-parent", "survive", session);
    refuse_escape(limits, layer, "controlling-terminal keep", "stop: both are of one process group", session);
    settle_grace(limits);
    return limits;
}

Degradations normalize_degradations(const Layer& layer, const Limits& limits, Session& session) {
    Degradations result;
    for (const auto& [limit, setting] : layer.may_degrade) {
        const Degradation& degradation = setting.value;
        if (number_of(limits, limit)) {
            result.emplace(limit, degradation);
        } else if (degradation.origin.file == &session.sources.files.front() && !session.profile.is_fragment &&
                   !degradation.by_all) {
            Diagnostic finding;
            finding.kind = DiagnosticKind::dead_statement;
            finding.severity = info(finding.kind).severity;
            finding.origin = degradation.origin;
            const std::string word(to_text(limit));
            finding.message = "`may-degrade " + word + "` has no effect";
            finding.notes.push_back("the profile sets no `" + word + "`");
            finding.help.push_back("remove it, or set the limit: `limits { " + word + (limit == Limit::memory ? " 512M" : " 1.5") +
                                   " }`");
            session.profile.dead_statements.push_back(std::move(finding));
        }
    }
    return result;
}

}  // namespace sbx::policy
