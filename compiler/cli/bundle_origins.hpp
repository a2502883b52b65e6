// Where the statements of a bundle stood, as far as its manifest says: the enforcement table has a row for each node, limit,
// variable and switch, and each parameter has its own place. What has no row has no origin; none is made up.
#pragma once

#include "compiler/policy/resolve.hpp"

#include <map>
#include <string>

namespace sbx::cli {

struct BundleDescription {
    std::string error;  ///< why it is no manifest of a bundle; empty if it is one
    std::string profile;
    std::string semantic_hash;
    std::map<std::string, std::string> places;  ///< `filesystem./usr` → `std/system:12`
};
[[nodiscard]] BundleDescription describe_bundle_manifest(const std::string& text);

/// Gives each element of the policy the place that stands in `places`. The files are made of as many empty lines as it takes, and
/// belong to `sources`.
void add_origins(policy::Policy& policy, const std::map<std::string, std::string>& places, policy::SourceSet& sources);

}  // namespace sbx::cli
