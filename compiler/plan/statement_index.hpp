// Which statements of a network block say something about an address: for comments, never for decisions.
#pragma once

#include "compiler/policy/policy.hpp"

#include <cstddef>
#include <vector>

namespace sbx::plan {

/// Comments name this many statements; who wants all of them asks `policyc why`.
inline constexpr std::size_t shown_statements = 3;

/// The statements of one kind and protocol, for ranges that are asked about in ascending order: each costs what overlaps it.
class StatementIndex {
public:
    /// `statements` of one protocol, which has ports or has none.
    StatementIndex(const std::vector<const policy::NetworkRule*>& statements, bool has_ports);

    /// Goes on to a range that does not begin before the last one.
    void move_to(const policy::AddressRange& range);
    /// The first few statements about the range that have one of the ports.
    [[nodiscard]] std::vector<Origin> origins(const policy::PortRange& ports) const;

private:
    struct Entry {
        policy::AddressRange addresses;
        const policy::NetworkRule* rule = nullptr;
    };
    std::vector<Entry> entries_;  ///< sorted by their first addresses
    std::vector<Entry> current_;  ///< those that overlap the range
    std::size_t next_ = 0;
    bool has_ports_ = false;
};

/// Whether a statement of a block allows, or denies, this protocol.
[[nodiscard]] bool says(const policy::NetworkRule& rule, bool allows, policy::Protocol protocol);
/// The statements that do.
[[nodiscard]] std::vector<const policy::NetworkRule*> statements_about(const std::vector<policy::NetworkRule>& rules, bool allows,
                                                                       policy::Protocol protocol);

}  // namespace sbx::plan
