// Which address sets have addresses in common.
#pragma once

#include "compiler/policy/address_set.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace sbx::policy {

struct Overlaps {
    std::vector<bool> alone;  ///< by set: it has an address that no other has
    /// Indices of sets, rising: for each address that several have, which; every combination once.
    std::vector<std::vector<std::uint32_t>> together;
};
/// One sweep over all ranges, n log n. Nullopt where more than 1 024 sets have an address in common, or the
/// combinations are more than a compiler should hold (four million indices).
[[nodiscard]] std::optional<Overlaps> overlaps_of(const std::vector<const AddressSet*>& sets);

}  // namespace sbx::policy
