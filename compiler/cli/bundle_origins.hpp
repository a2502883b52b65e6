// Where the statements of a bundle stood, as far as its manifest says: the enforcement table has a row for each node, limit,
// variable and switch, and one for each statement of a filtering network and of a filter of system calls; each parameter has its
// own place. What has no row has no origin; none is made up.
#pragma once

#include "compiler/policy/resolve.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace sbx::cli {

struct BundleDescription {
    std::string error;  ///< why it is no manifest of a bundle; empty if it is one
    std::string profile;
    std::string semantic_hash;
    std::map<std::string, std::string> places;  ///< `filesystem./usr` → `std/system:12`
    /// Of a filtering network, in the order of the table: `allow tcp to 10.20.0.0/16 port 443`, and its place.
    std::vector<std::pair<std::string, std::string>> network;
    /// Of `syscalls` and `sockets`, likewise: `deny ptrace`.
    std::vector<std::pair<std::string, std::string>> calls;
    std::vector<std::pair<std::string, std::string>> sockets;
    std::string unfiltered;  ///< `unrestricted because "…"`; empty where there is a filter
};
[[nodiscard]] BundleDescription describe_bundle_manifest(const std::string& text);

/// Gives each element of the policy the place that the manifest has for it, and a filtering network and a filter of system calls
/// the statements that they were made of, provided that these mean just that. The files are made of as many empty lines as it
/// takes, and belong to `sources`.
void add_origins(policy::Policy& policy, const BundleDescription& described, policy::SourceSet& sources);

}  // namespace sbx::cli
