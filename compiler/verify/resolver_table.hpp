// resolver.conf, as dnsmasq(8) understands it: which names are asked for elsewhere and where, and into which sets the answers go.
// An option whose meaning is not known here is Malformed.
#pragma once

#include "compiler/policy/policy.hpp"
#include "compiler/verify/finding.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::verify {

struct ResolverTable {
    /// `server=/PATTERN/ADDRESS…` and `address=/PATTERN/`: an empty set means that such names do not exist. By pattern:
    /// `example.org` is that name and all below it, `*.example.org` what is below it alone.
    std::map<std::string, std::set<std::string>> servers;
    /// `nftset=/DOMAIN/…`: always the domain and all below it.
    std::map<std::string, std::set<std::string>> sets;
    std::map<std::string, std::string> options;  ///< the others; those without a value have an empty one
};
[[nodiscard]] ResolverTable read_resolver_table(std::string_view bytes);

/// `upstream`: the servers by parameters that the manifest has the launcher add for each of `added_names`.
void compare_resolver(ResolverTable table, const policy::Network& network, const std::vector<std::string>& added_names,
                      const std::vector<std::string>& upstream, bool reaches_ipv6, const std::string& file, Findings& findings);

}  // namespace sbx::verify
