// `launch`, held against the policy: its fixed part byte by byte, the rest by what it says.
#pragma once

#include "compiler/verify/bundle_files.hpp"
#include "compiler/verify/launcher.hpp"
#include "compiler/verify/policy_view.hpp"

namespace sbx::verify {

/// `ruleset`: what the files of a filtered network's packet filter say; else, and where they cannot be read, nullptr.
void compare_launcher(std::string_view bytes, const policy::Policy& policy, const PolicyView& view, const BundleFiles& files,
                      const NftRuleset* ruleset, Findings& findings);

}  // namespace sbx::verify
