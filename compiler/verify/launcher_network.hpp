// What `launch` does for a filtered network, as values, and held against the policy and the files of the filter.
#pragma once

#include "compiler/policy/policy.hpp"
#include "compiler/verify/bundle_files.hpp"
#include "compiler/verify/finding.hpp"
#include "compiler/verify/nft_ruleset.hpp"
#include "compiler/verify/shell_words.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::verify {

struct LauncherNetwork {
    bool refuses = false;               ///< it sets nothing up; the rest is empty then
    std::set<std::string> fills;        ///< `param_p_port $p`, `param_server_4 $server`, and for an address the same with `_6`
    std::vector<std::string> networks;  ///< to choose from, as `10.0.2`
    std::string loaded;                 ///< what has to be there: `allowed:7 !input:5 `
    enum class Step : std::uint8_t { text, fill, next_transaction };
    std::vector<std::pair<Step, std::string_view>> steps;  ///< of loading; texts are those of the script
};

/// Absent where the script has none of it. Malformed where it is not of the restricted form. The script must outlive what is read.
[[nodiscard]] std::optional<LauncherNetwork> read_launcher_network(const ShellScript& script, const VariableNames& names);

/// A shell can set up the policy's network, which is filtered: it has no names, publishes nothing, and reaches no IPv6 address.
[[nodiscard]] bool shell_can_filter(const policy::Policy& policy);

/// `ruleset`: what the files of the filter say; nullptr where they cannot be read, which is said elsewhere.
void compare_launcher_network(const std::optional<LauncherNetwork>& found, const policy::Policy& policy, const BundleFiles& files,
                              const NftRuleset* ruleset, Findings& findings);

}  // namespace sbx::verify
