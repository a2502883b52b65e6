// Digests, and the one of the launcher's fixed part, which is the same in every bundle that this policyc makes.
#pragma once

#include <string>
#include <string_view>

namespace sbx::verify {

/// SHA-256, lower-case hex.
[[nodiscard]] std::string sha256(std::string_view bytes);
/// Of everything in `launch` after the functions that are made for the policy. Computed when policyc is built.
[[nodiscard]] std::string_view launcher_fixed_digest();

}  // namespace sbx::verify
