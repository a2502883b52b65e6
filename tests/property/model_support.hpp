// What the tests of the mount model have in common: artifacts of a policy, and when a place that is seen is what a view means.
#pragma once

#include "compiler/policy/decide.hpp"
#include "tests/property/mount_model.hpp"
#include "tests/property/random_policy.hpp"

#include <optional>
#include <string>

namespace sbx::test {

struct Artifacts {
    std::string arguments;
    MountModel::Files data;
};
/// Nothing when the plan was refused.
[[nodiscard]] std::optional<Artifacts> artifacts_of(const Compiled& compiled);

[[nodiscard]] policy::Decision decision_at(const Compiled& compiled, policy::RequestKind kind, const policy::SandboxPath& path);

/// Whether what is seen is what the view means. A mask may be an empty place or none at all.
[[nodiscard]] bool agrees(const Seen& seen, policy::View view);

}  // namespace sbx::test
