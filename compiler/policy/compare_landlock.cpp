// What two policies insist on of Landlock. Whoever insists on more is started on fewer hosts, and confined by more there.
#include "compiler/policy/compare_parts.hpp"

namespace sbx::policy {
namespace {

RegionSide demand_side(const std::optional<Located<std::uint64_t>>& least) {
    if (!least) {
        return {"as much as the kernel has", "", {}};
    }
    const std::string version = std::to_string(least->value);
    return {"version " + version + " or newer", "require landlock " + version, least->origin};
}

RegionSide lack_side(const std::optional<Degradation>& degradation) {
    return degradation ? RegionSide{"missing where the host lacks it", "may-degrade landlock", degradation->origin}
                       : RegionSide{"in force in every launch", "", {}};
}

}  // namespace

void compare_landlock(const Policy& before, const Policy& after, Regions& regions) {
    const LandlockDemand& was = before.landlock;
    const LandlockDemand& is = after.landlock;
    const std::uint64_t old_least = was.least ? was.least->value : 0;
    const std::uint64_t new_least = is.least ? is.least->value : 0;
    if (old_least != new_least) {
        Region region = setting_region(Domain::process, new_least < old_least ? Relation::wider : Relation::narrower, "landlock",
                                       demand_side(was.least), demand_side(is.least));
        region.claim = new_least == 0
                           ? "is launched on hosts without Landlock too"
                           : "is launched only where the kernel has version " + std::to_string(new_least) + " of Landlock";
        region.witness = region.after.statement.empty() ? region.before.statement : region.after.statement;
        region.weight = 45;
        regions.push_back(std::move(region));
    }
    const auto insists = [](const Policy& policy) { return policy.landlock.least || has_noexec(policy); };
    if (was.may_degrade.has_value() != is.may_degrade.has_value() && insists(before) && insists(after)) {
        Region region = setting_region(Domain::process, is.may_degrade ? Relation::wider : Relation::narrower,
                                       "may-degrade landlock", lack_side(was.may_degrade), lack_side(is.may_degrade));
        region.claim = is.may_degrade ? "may run without what it insists on of Landlock, where the host lacks it"
                                      : "is not launched where the host lacks what it insists on of Landlock";
        region.witness = "may-degrade landlock";
        region.weight = 45;
        regions.push_back(std::move(region));
    }
}

}  // namespace sbx::policy
