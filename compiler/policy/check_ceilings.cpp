// `within`: what this profile grants beyond a ceiling, each place once, with the statements on both sides and an example.
#include "compiler/policy/ceiling.hpp"
#include "compiler/policy/check_parts.hpp"

#include <map>
#include <tuple>

namespace sbx::policy {
namespace {

constexpr std::size_t most_notes = 8;

Diagnostic report(const Excess& excess, const Ceiling& ceiling, Origin place) {
    Diagnostic diagnostic = make_finding(DiagnosticKind::exceeds_ceiling, place, excess.message);
    const RegionSide& allowed = excess.region.before;
    if (allowed.origin.known()) {
        diagnostic.labels.push_back({allowed.origin, "the ceiling says this"});
    }
    if (!(place.file == ceiling.origin.file && place.span == ceiling.origin.span)) {
        diagnostic.labels.push_back({ceiling.origin, "the ceiling is named here"});
    }
    if (!excess.example.empty()) {
        diagnostic.notes.push_back(excess.example);
    }
    diagnostic.help.push_back(!excess.region.after.statement.empty()
                                  ? "grant no more than the ceiling does, or grant it there first"
                                  : "say here what the ceiling says" +
                                        (allowed.statement.empty() ? std::string() : ": `" + allowed.statement + "`"));
    return diagnostic;
}

}  // namespace

void check_ceilings(const Profile& profile, Findings& findings) {
    for (const Ceiling& ceiling : profile.ceilings) {
        std::map<std::tuple<const SourceFile*, std::uint32_t, std::uint32_t>, Diagnostic> reports;
        for (const Excess& excess : excess_over(ceiling.policy, ceiling.name, profile.policy)) {
            const Origin& said = excess.region.after.origin;
            const Origin place = said.known() ? said : ceiling.origin;
            const auto [known, is_new] = reports.try_emplace({place.file, place.span.begin, place.span.end}, Diagnostic{});
            if (is_new) {
                known->second = report(excess, ceiling, place);
            } else if (known->second.notes.size() < most_notes) {
                known->second.notes.push_back("and " + excess.message);
            }
        }
        for (auto& [place, diagnostic] : reports) {
            findings.add(std::move(diagnostic));
        }
    }
}

}  // namespace sbx::policy
