// `launch`, held against the policy: its fixed part by its digest, the rest by what it says.
#pragma once

#include "compiler/verify/bundle_files.hpp"
#include "compiler/verify/launcher.hpp"
#include "compiler/verify/policy_view.hpp"

namespace sbx::verify {

void compare_launcher(std::string_view bytes, const policy::Policy& policy, const PolicyView& view, const BundleFiles& files,
                      Findings& findings);

}  // namespace sbx::verify
