// A connection, decided for every value of the parameters that the network's statements name.
#pragma once

#include "compiler/policy/policy.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace sbx::policy {

/// One way in which a statement with parameters speaks of a connection: when each of them has that address or port. Parameters that
/// have no other value are left out.
struct Condition {
    const SymbolicRule* rule = nullptr;  ///< null for what is allowed without parameters
    std::set<std::string> parameters;
};

enum class ForValues : std::uint8_t { none, some, every };

/// Let out, before names are looked at, for which values?
struct SymbolicDecision {
    ForValues allowed = ForValues::none;
    std::vector<Condition> allowing;  ///< all of them, those that are always denied too
    std::vector<Condition> denying;
    /// Why `allowed` is what it is; nothing where no statement speaks of the connection.
    std::optional<Condition> deciding;
    bool is_decided_by_denial = false;
    /// On whose values it depends; empty unless `allowed` is `some`.
    std::set<std::string> parameters;
};

/// The connection is not denied without parameters; exact, since parameters take their values independently.
class SymbolicNetwork {
public:
    SymbolicNetwork(const Policy& policy, Protocol protocol, Endpoint endpoint)
        : policy_(policy), protocol_(protocol), endpoint_(std::move(endpoint)) {}
    [[nodiscard]] SymbolicDecision decide() const;

private:
    void add_conditions(const std::vector<SymbolicRule>& rules, std::vector<Condition>& conditions) const;

    const Policy& policy_;
    Protocol protocol_;
    Endpoint endpoint_;
};

}  // namespace sbx::policy
