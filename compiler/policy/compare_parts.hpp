// The parts of compare(). Internal to it: each appends the regions of its domain.
#pragma once

#include "compiler/policy/compare.hpp"

#include <map>

namespace sbx::policy {

using Regions = std::vector<Region>;

void compare_filesystem(const Policy& before, const Policy& after, Regions& regions);
void compare_network(const Policy& before, const Policy& after, Regions& regions);
void compare_limits(const Policy& before, const Policy& after, Regions& regions);
void compare_environment(const Environment& before, const Environment& after, Regions& regions);
void compare_process(const Process& before, const Process& after, Regions& regions);

void compare_landlock(const Policy& before, const Policy& after, Regions& regions);
void compare_filters(const Policy& before, const Policy& after, Regions& regions);

/// The name before and the name after of each parameter that only changed its name: it has the same type, and what is said with
/// the one is said with the other.
using Renames = std::vector<std::pair<std::string, std::string>>;
[[nodiscard]] Renames find_renames(const Policy& before, const Policy& after);
/// The policy with its parameters called as they are after.
[[nodiscard]] Policy with_renamed_parameters(const Policy& policy, const Renames& renames);
/// A statement of the renamed policy as it stands in its file.
[[nodiscard]] std::string with_old_names(std::string statement, const Renames& renames);
/// `before` has its parameters called as they are after.
void compare_launch(const Policy& before, const Policy& after, const Renames& renames, Regions& regions);

/// Whether each value of `a` is one of `b`.
[[nodiscard]] bool constraint_is_within(const Parameter& a, const Parameter& b);
[[nodiscard]] bool constraint_admits(const Parameter& parameter, const std::string& value);

/// A region of a setting that is on or off, or has one value.
[[nodiscard]] Region setting_region(Domain domain, Relation relation, std::string subject, RegionSide before, RegionSide after);

}  // namespace sbx::policy
