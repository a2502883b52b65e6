// The version of policyc, from the build.
#pragma once

#include <string_view>

namespace sbx::cli {

inline constexpr std::string_view version = SBX_VERSION;

}  // namespace sbx::cli
