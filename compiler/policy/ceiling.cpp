// The regions of a comparison in which a policy allows something that its ceiling does not, in the words of a refusal.
#include "compiler/policy/ceiling.hpp"

namespace sbx::policy {
namespace {

std::string message_of(const Region& region, const std::string& ceiling) {
    const std::string where = region.condition.empty() ? "" : ", " + region.condition;
    if (region.after.statement.empty()) {
        return "`" + region.subject + "` is " + region.after.words + " here, and the ceiling `" + ceiling + "` has " +
               region.before.words + where;
    }
    return "`" + region.after.statement + "` goes beyond the ceiling `" + ceiling + "`, where `" + region.subject + "` is " +
           region.before.words + where;
}

std::string example_of(const Region& region) {
    if (!region.request || region.domain == Domain::limits) {
        return {};
    }
    std::string witness = region.witness;
    constexpr std::string_view joint = " with ";  // a request, and the values that a launch would be given
    if (const std::size_t at = witness.find(" with --set "); at != std::string::npos) {
        witness.replace(at, joint.size(), "` with `");
    }
    const std::string what = "for example, `" + witness + "` ";
    if (region.domain == Domain::environment) {
        return what + "is passed here, and the ceiling does not allow that";
    }
    return what + (region.relation == Relation::wider ? "is allowed here and not by the ceiling" : "leads elsewhere here");
}

}  // namespace

std::vector<Excess> excess_over(const Policy& ceiling, const std::string& ceiling_name, const Policy& policy) {
    std::vector<Excess> excess;
    for (Region& region : compare(ceiling, policy).regions) {
        if (region.relation == Relation::wider || region.relation == Relation::incomparable) {
            std::string message = message_of(region, ceiling_name);
            std::string example = example_of(region);
            excess.push_back({std::move(region), std::move(message), std::move(example)});
        }
    }
    return excess;
}

}  // namespace sbx::policy
