// What a policy gives at one point, read off decide() and the order of the language reference, without a look at how policies are
// compared: the oracle for that.
#pragma once

#include "compiler/policy/policy.hpp"

#include <optional>
#include <string>
#include <vector>

namespace sbx::test {

/// What can be had at one literal path of a policy whose parameters have values.
struct PointFacts {
    int level = 0;  ///< nothing, private and read-only, private and writable, the host's read-only, the host's writable
    bool readable = false;
    bool executable = false;
    std::string apart;        ///< procfs, a device, a link: no part of that order
    std::string what;         ///< the host's path, or what the policy put there
    std::uint64_t size = 0;   ///< of a tmpfs at its own place
    std::string description;  ///< for messages
};
[[nodiscard]] PointFacts facts_at(const policy::Policy& policy, const std::string& point);
/// Whether `b` gives all that `a` does.
[[nodiscard]] bool at_most(const PointFacts& a, const PointFacts& b);

/// The policy with a value for its one path parameter `p`; nullopt where the launch refuses the value.
[[nodiscard]] std::optional<policy::Policy> with_value(const policy::Policy& policy, const std::string& value);

}  // namespace sbx::test
