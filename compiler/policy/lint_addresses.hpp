// How sets of addresses lie to each other, and how much of the address space one is, for findings about wide allowances.
#pragma once

#include "compiler/policy/address_set.hpp"

namespace sbx::policy {

/// Those of one family.
[[nodiscard]] AddressSet family_part(const AddressSet& addresses, Family family);
/// Whether some range is wider than an IPv4 /8 or an IPv6 /16: no organisation has more.
[[nodiscard]] bool has_wide_range(const AddressSet& addresses);
[[nodiscard]] bool covers_all(const AddressSet& addresses, const AddressSet& part);
[[nodiscard]] AddressSet without(const AddressSet& addresses, const AddressSet& part);
[[nodiscard]] bool meet(const AddressSet& a, const AddressSet& b);
/// What is left once each named set of the language is taken out that is in it as a whole: `@public` is wide, but it is a name for
/// what is meant.
[[nodiscard]] AddressSet unnamed_part(const AddressSet& addresses);

}  // namespace sbx::policy
