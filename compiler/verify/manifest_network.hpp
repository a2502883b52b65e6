// The manifest's "network": what the launcher does about it.
#pragma once

#include "compiler/policy/policy.hpp"
#include "compiler/verify/bundle_files.hpp"
#include "compiler/verify/manifest_json.hpp"

#include <string>
#include <vector>

namespace sbx::verify {

void compare_manifest_network(const Json& network, const policy::Policy& policy, const BundleFiles& files, Findings& findings);

/// The files of a filter, in the order of loading: those that a bundle has.
[[nodiscard]] std::vector<std::string> filter_files(const BundleFiles& files);
/// An IPv6 address may be reached or published. A name asks for none: its IPv4 addresses do.
[[nodiscard]] bool reaches_ipv6(const policy::Policy& policy);

/// What the manifest has the launcher add to resolver.conf: parameters, for each of the names. Nothing where it cannot be read.
struct AddedServers {
    std::vector<std::string> names;
    std::vector<std::string> parameters;
};
[[nodiscard]] AddedServers read_added_servers(std::string_view manifest);

}  // namespace sbx::verify
