// What a policy demands of Landlock, beyond that whatever the kernel has of it is used. A part of the normal form (policy.hpp).
#pragma once

#include "compiler/policy/limits.hpp"

#include <cstdint>
#include <optional>

namespace sbx::policy {

struct Policy;

/// The newest version that this release knows what to do with (Linux 7.1).
inline constexpr std::uint64_t newest_landlock = 9;

struct LandlockDemand {
    std::optional<Located<std::uint64_t>> least;  ///< `require landlock 6`; 1 to newest_landlock
    /// `may-degrade landlock`: only where there is `least`, or a tree is `noexec`.
    std::optional<Degradation> may_degrade;
    friend bool operator==(const LandlockDemand&, const LandlockDemand&) = default;
};

/// The policy says `noexec` somewhere.
[[nodiscard]] bool has_noexec(const Policy& policy);
/// Without a `may-degrade` that nothing calls for any more.
void settle_landlock(Policy& policy);

}  // namespace sbx::policy
