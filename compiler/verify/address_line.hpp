// Sets of addresses, each with ports, as steps along the line of all addresses of one family: what holds from an address on, up to
// the next step. So many sets are looked at together in one walk, however many networks they have.
#pragma once

#include "compiler/policy/traffic.hpp"
#include "compiler/verify/nft_ruleset.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <utility>
#include <vector>

namespace sbx::verify {

/// Sorted, disjoint, not adjacent.
using PortRanges = std::vector<policy::PortRange>;

/// Sets of ports by number; equal sets have equal numbers. Port 0, which no policy can name, is in none.
class PortTable {
public:
    static constexpr std::uint32_t none = 0;
    static constexpr std::uint32_t all = 1;
    PortTable();
    /// Ranges in any order.
    std::uint32_t number(PortRanges ranges);
    [[nodiscard]] const PortRanges& at(std::uint32_t number) const { return ranges_[number]; }
    [[nodiscard]] bool contains(std::uint32_t number, std::uint16_t port) const;

private:
    std::vector<PortRanges> ranges_;
    std::map<std::vector<std::pair<std::uint16_t, std::uint16_t>>, std::uint32_t> numbers_;
};

struct AddressStep {
    Number from;
    std::uint32_t ports = PortTable::none;
    friend bool operator==(const AddressStep&, const AddressStep&) = default;
};
/// Sorted; begins at address 0; each step differs from the one before.
using AddressLine = std::vector<AddressStep>;

struct Reached {
    Interval addresses;
    policy::PortRange ports;
};
/// Of any but the last and the first.
[[nodiscard]] Number after(const Number& number);
[[nodiscard]] Number before(const Number& number);
[[nodiscard]] Number last_address(policy::Family family);
[[nodiscard]] AddressLine make_line(const std::vector<Reached>& reached, policy::Family family, PortTable& ports);
/// The same ports at every address.
[[nodiscard]] AddressLine make_constant_line(std::uint32_t ports);

/// Calls `visit` for the stretches on which no line has a step, from address 0 to the last; `values` has the ports of each line
/// there.
void walk(const std::vector<const AddressLine*>& lines, policy::Family family,
          const std::function<void(const Interval& addresses, const std::vector<std::uint32_t>& values)>& visit);

}  // namespace sbx::verify
