// manifest.json, held against the policy and against the files that it lists.
#pragma once

#include "compiler/policy/policy.hpp"
#include "compiler/verify/bundle_files.hpp"
#include "compiler/verify/policy_view.hpp"

#include <optional>
#include <string>

namespace sbx::verify {

/// `files` without manifest.json are what it has to list.
void compare_manifest(std::string_view bytes, const policy::Policy& policy, const PolicyView& view, const BundleFiles& files,
                      Findings& findings);

/// The format version that a manifest states; nullopt where it states none.
[[nodiscard]] std::optional<std::uint64_t> manifest_format(std::string_view bytes);

}  // namespace sbx::verify
