// `within`: what this profile grants beyond a ceiling, each place once, with the statements on both sides and a witness. The proof
// is compare()'s, so it holds for every value of every parameter.
#include "compiler/policy/check_parts.hpp"
#include "compiler/policy/compare.hpp"

#include <map>
#include <tuple>

namespace sbx::policy {
namespace {

constexpr std::size_t most_named = 8;

bool goes_beyond(const Region& region) {
    return region.relation == Relation::wider || region.relation == Relation::incomparable;
}

std::string message(const Region& region, const Ceiling& ceiling) {
    const std::string where = region.condition.empty() ? "" : ", " + region.condition;
    if (region.after.statement.empty()) {
        return "`" + region.subject + "` is " + region.after.words + " here, and the ceiling `" + ceiling.name + "` has " +
               region.before.words + where;
    }
    return "`" + region.after.statement + "` goes beyond the ceiling `" + ceiling.name + "`, where `" + region.subject + "` is " +
           region.before.words + where;
}

std::string example_of(const Region& region) {
    if (!region.request || region.domain == Domain::limits) {
        return {};
    }
    const std::string what = "for example, `" + region.witness + "` ";
    if (region.domain == Domain::environment) {
        return what + "is passed here, and the ceiling does not allow that";
    }
    return what + (region.relation == Relation::wider ? "is allowed here and not by the ceiling" : "leads elsewhere here");
}

Diagnostic report(const Region& region, const Ceiling& ceiling, Origin place) {
    Diagnostic diagnostic = make_finding(DiagnosticKind::exceeds_ceiling, place, message(region, ceiling));
    if (region.before.origin.known()) {
        diagnostic.labels.push_back({region.before.origin, "the ceiling says this"});
    }
    if (!(place.file == ceiling.origin.file && place.span == ceiling.origin.span)) {
        diagnostic.labels.push_back({ceiling.origin, "the ceiling is named here"});
    }
    if (std::string example = example_of(region); !example.empty()) {
        diagnostic.notes.push_back(std::move(example));
    }
    diagnostic.help.push_back(region.after.statement.empty()
                                  ? "say here what the ceiling says" +
                                        (region.before.statement.empty() ? std::string() : ": `" + region.before.statement + "`")
                                  : "grant no more than the ceiling does, or grant it there first");
    return diagnostic;
}

}  // namespace

void check_ceilings(const Profile& profile, Findings& findings) {
    for (const Ceiling& ceiling : profile.ceilings) {
        std::map<std::tuple<const SourceFile*, std::uint32_t, std::uint32_t>, Diagnostic> reports;
        for (const Region& region : compare(ceiling.policy, profile.policy).regions) {
            if (!goes_beyond(region)) {
                continue;
            }
            const Origin place = region.after.origin.known() ? region.after.origin : ceiling.origin;
            const auto [known, is_new] = reports.try_emplace({place.file, place.span.begin, place.span.end}, Diagnostic{});
            if (is_new) {
                known->second = report(region, ceiling, place);
            } else if (known->second.notes.size() < most_named) {
                known->second.notes.push_back("and " + message(region, ceiling));
            }
        }
        for (auto& [place, diagnostic] : reports) {
            findings.add(std::move(diagnostic));
        }
    }
}

}  // namespace sbx::policy
