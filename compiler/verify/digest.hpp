// What is known of a file without reading it: its digest, and the launcher's fixed part, the same in every bundle that this policyc
// makes.
#pragma once

#include "compiler/verify/bundle_files.hpp"

#include <string>
#include <string_view>

namespace sbx::verify {

/// SHA-256, lower-case hex.
[[nodiscard]] std::string sha256(std::string_view bytes);
/// Computed, where nobody knows it.
[[nodiscard]] std::string digest_of(const BundleFile& file);
/// What stands in `launch` before the functions that are made for the policy, after some comments.
[[nodiscard]] std::string_view launcher_known_ahead_part();
/// Everything in `launch` after the functions that are made for the policy, as it was when policyc was built.
[[nodiscard]] std::string_view launcher_known_part();
/// What stands before it in a bundle that has parameters.
[[nodiscard]] std::string_view launcher_known_values_part();
/// What stands before it in a bundle whose filtered network `launch` sets up.
[[nodiscard]] std::string_view launcher_known_network_part();

}  // namespace sbx::verify
