// The second wall on this kernel: what of landlock.tab it can do, with parameters put in, as the stage puts it into force. A kernel
// that lacks a right leaves it open, which is said; what the policy insists on is a refusal.
#pragma once

#include "runtime/landlock_table.hpp"
#include "runtime/refusal.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::runtime {

struct LandlockRule {
    std::string path;  ///< inside the sandbox
    std::uint64_t rights = 0;
    bool optional = false;
};
/// What landlock_create_ruleset(2) and landlock_add_rule(2) get.
struct LandlockDomain {
    std::uint64_t paths = 0;  ///< rights that need permission
    std::uint64_t tcp = 0;
    std::uint64_t scopes = 0;
    std::vector<LandlockRule> rules;
    [[nodiscard]] bool empty() const { return (paths | tcp | scopes) == 0; }
};
struct LandlockVersion {
    unsigned abi = 0;  ///< 0: this kernel has none, or does not let us use it
    int error = 0;     ///< why
};
struct BoundLandlock {
    LandlockVersion version;
    LandlockDomain domain;                ///< empty: there is nothing to put into force
    std::vector<std::string_view> lacks;  ///< names of rights and scopes, and `tcp`: asked for, and not in force
    std::optional<Refusal> missing;       ///< what the policy insists on and this kernel lacks
    [[nodiscard]] bool misses(std::string_view name) const;
};

/// Asks the kernel, and puts nothing into force.
[[nodiscard]] LandlockVersion landlock_version();

/// Nothing is put into force.
[[nodiscard]] BoundLandlock bind_landlock(const LandlockTable& table, const Values& values, LandlockVersion version);

}  // namespace sbx::runtime
