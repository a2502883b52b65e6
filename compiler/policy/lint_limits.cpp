// Limits that are left open, taken away, or do less than they seem to.
#include "compiler/policy/check_parts.hpp"
#include "compiler/policy/removal.hpp"
#include "compiler/policy/statement_text.hpp"
#include "compiler/policy/supervised_limits.hpp"

namespace sbx::policy {
namespace {

/// What one program can use up so that the others stand still. `memory` is not among them: it needs a cgroup that few hosts hand to
/// ordinary callers, and a launch that is refused for it is no safer default.
struct ExhaustibleLimit {
    Limit limit;
    std::string_view example;
    std::string_view without;
};
constexpr ExhaustibleLimit exhaustible[] = {
    {Limit::wall_time, "wall-time 5m", "it may run, or sleep, for ever"},
    {Limit::processes, "processes 256", "it may start processes until nobody can"},
    {Limit::open_files, "open-files 1024", "it may open files until the inherited limit"},
    {Limit::file_size, "file-size 256M", "it may fill every disk that it can write to"},
};

bool sets(const Limits& limits, Limit limit) {
    const auto found = limits.find(limit);
    return found != limits.end() && found->second.origin.known();
}

void lint_open_limits(const Profile& profile, Findings& findings) {
    const Limits& limits = profile.policy.limits;
    std::string open;
    std::string instead;
    std::vector<std::string> notes;
    for (const ExhaustibleLimit& each : exhaustible) {
        if (!sets(limits, each.limit)) {
            open += (open.empty() ? "`" : ", `") + std::string(to_text(each.limit)) + "`";
            instead += (instead.empty() ? "" : "; ") + std::string(each.example);
            notes.push_back("without `" + std::string(to_text(each.limit)) + "` " + std::string(each.without));
        }
    }
    if (open.empty()) {
        return;
    }
    Diagnostic finding = make_finding(DiagnosticKind::limit_left_open, profile.origin, "the profile leaves open: " + open);
    finding.notes = std::move(notes);
    finding.help.push_back("`use std/script-runner` sets them all; or, for example, `limits { " + instead + " }`");
    findings.add(std::move(finding));
}

void lint_cores(const Located<LimitValue>& core, Findings& findings) {
    const auto* bytes = std::get_if<std::uint64_t>(&core.value);
    if (!is_own(core.origin) || (bytes != nullptr && *bytes == 0)) {
        return;
    }
    Diagnostic finding =
        make_finding(DiagnosticKind::core_dumps, core.origin, "a program that crashes may leave its memory on disk");
    finding.label = "0 unless a policy says otherwise";
    finding.notes.emplace_back("keys and data of the program are in it, and where it lands is the host's choice: core(5)");
    finding.help.emplace_back("remove the statement, or write `core 0`");
    finding.fixes.push_back(statement_removal(core.origin, false));
    findings.add(std::move(finding));
}

}  // namespace

void lint_limits(const Profile& profile, Findings& findings) {
    const Limits& limits = profile.policy.limits;
    lint_open_limits(profile, findings);
    lint_cores(limits.at(Limit::core), findings);
    for (const auto& [limit, value] : limits) {
        if (limit != Limit::core && std::holds_alternative<Unlimited>(value.value) && is_own(value.origin)) {
            Diagnostic finding = make_finding(DiagnosticKind::unlimited, value.origin,
                                              "`" + std::string(to_text(limit)) + " unlimited` takes the limit away");
            finding.help.emplace_back(
                "write the most that the program needs, or leave the statement out to inherit the caller's limit");
            findings.add(std::move(finding));
        }
    }
    const auto cpu = limits.find(Limit::cpu_time);
    if (cpu != limits.end() && number_of(limits, Limit::cpu_time) && !sets(limits, Limit::wall_time) &&
        is_own(cpu->second.origin)) {
        Diagnostic finding = make_finding(DiagnosticKind::cpu_without_wall, cpu->second.origin,
                                          "`cpu-time` without `wall-time`: a program that sleeps never ends");
        finding.notes.emplace_back("waiting uses up no CPU time: getrlimit(2), RLIMIT_CPU");
        finding.help.emplace_back("add a `wall-time`, several times as long");
        findings.add(std::move(finding));
    }
}

}  // namespace sbx::policy
