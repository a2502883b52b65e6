// How much of a filter one transaction can hold. A netlink socket takes a message no larger than its send buffer, which nobody but
// root of the host can enlarge: net.core.wmem_default, 212 992 bytes unless it was changed.
#pragma once

#include "compiler/plan/filter_plan.hpp"

#include <cstddef>

namespace sbx::plan {

/// Elements in one transaction of nft. Measured with nft 1.0.6 as an ordinary user, wmem_default 212 992: 3 000 intervals of IPv6
/// addresses load, 3 500 do not (64 bytes each); with ports it is 3 500, of IPv4 4 000. The margin is for older and newer forms.
inline constexpr std::size_t max_filter_elements = 2048;

/// Elements in one set of intervals of addresses and ports. A packet is looked up in those sets alone whose addresses are about its
/// own. Measured with 100 000 networks: in one set a packet costs 1.2 µs more than under ten; in sets of this size 0.1, and 0.9
/// where none of it is in the processor's cache; in sets of four times the size 0.2 and 1.0. Sets of plain intervals end at
/// max_filter_elements: nft lists such a set anew for whatever is added.
inline constexpr std::size_t max_set_intervals = 4096;

/// Everything else in a transaction, counted in elements. Measured likewise: 1 200 sets load, 1 400 do not; 240 rules with two
/// ranges of ports each load, 320 do not.
inline constexpr std::size_t size_of_set = 3;
[[nodiscard]] std::size_t size_of(const FilterRule& rule);
/// The first file without its literal elements: sets, chains, the rules of every filter and the denials.
[[nodiscard]] std::size_t size_of_base(const FilterPlan& plan);

/// Ranges of ports that one rule names; a rule with more is written as several.
inline constexpr std::size_t max_rule_ports = 128;

}  // namespace sbx::plan
