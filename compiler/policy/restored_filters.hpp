// A bundle's filter of system calls with the statements that it was made of: policy.json has what they mean, manifest.json their
// words.
#pragma once

#include "compiler/policy/policy.hpp"

#include <optional>
#include <string>
#include <vector>

namespace sbx::policy {

/// A statement of `syscalls` or `sockets`, and where it stood.
struct FilterStatement {
    std::string words;  ///< `allow ptrace because "a debugger"`; need not be believed
    Origin origin;
};
struct FilterStatements {
    Located<FilterMode> mode{};
    std::vector<FilterStatement> calls;
    std::vector<FilterStatement> sockets;
};
struct RestoredFilters {
    SystemCalls calls;
    SocketFamilies sockets;
};
/// The reason of `unrestricted because "…"`; nullopt for any other words.
[[nodiscard]] std::optional<std::string> restored_reason(const std::string& words);
/// The filter of `policy` itself, with rules and places; nullopt where the statements cannot be read, or mean another filter, and
/// for a policy without one.
[[nodiscard]] std::optional<RestoredFilters> restored_filters(const Policy& policy, const FilterStatements& statements);

}  // namespace sbx::policy
