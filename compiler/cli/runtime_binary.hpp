// Programs that were built or installed together with this compiler: sbx-run, for bundles that carry it, and the probe of
// `policyc test --kernel`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sbx::cli {

/// `bytes` is empty if there is none at any of the places `looked_at`.
struct RuntimeSearch {
    std::string bytes;
    std::string path;  ///< where they were read
    std::vector<std::string> looked_at;
};
/// Looks beside the running executable (proc(5), /proc/self/exe), then in ../libexec/policyc and ../libexec seen from there. A file
/// that is there but unreadable is std::system_error.
[[nodiscard]] RuntimeSearch find_shipped(std::string_view name);
/// sbx-run.
[[nodiscard]] RuntimeSearch find_runtime_binary();

}  // namespace sbx::cli
