// Widths and parts of address sets; see the header. Sets are joined and taken apart as traffic of one protocol.
#include "compiler/policy/lint_addresses.hpp"

#include "compiler/policy/network_parts.hpp"

#include <algorithm>

namespace sbx::policy {
namespace {

/// The first eight bytes as a number.
std::uint64_t leading(const Address& address) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        number = number << 8U | address.bytes.at(i);
    }
    return number;
}

bool is_wide(const AddressRange& range) {
    // An IPv4 address is in the upper half of the number: a /8 leaves 24 bits of it, 56 here; an IPv6 /16 leaves 48.
    const unsigned bits = range.first.family == Family::ipv4 ? 56U : 48U;
    return leading(range.last) - leading(range.first) >= std::uint64_t{1} << bits;
}

Traffic as_traffic(const AddressSet& addresses) {
    return Traffic::of({{Protocol::icmp, addresses, PortSet::all()}});
}

}  // namespace

AddressSet family_part(const AddressSet& addresses, Family family) {
    std::vector<AddressRange> ranges;
    std::copy_if(addresses.ranges().begin(), addresses.ranges().end(), std::back_inserter(ranges),
                 [family](const AddressRange& range) { return range.first.family == family; });
    return AddressSet::of(std::move(ranges));
}

bool has_wide_range(const AddressSet& addresses) {
    return std::any_of(addresses.ranges().begin(), addresses.ranges().end(), is_wide);
}

bool covers_all(const AddressSet& addresses, const AddressSet& part) {
    return as_traffic(part).without(as_traffic(addresses)).empty();
}

AddressSet without(const AddressSet& addresses, const AddressSet& part) {
    return addresses_of(as_traffic(addresses).without(as_traffic(part)), Protocol::icmp);
}

bool meet(const AddressSet& a, const AddressSet& b) {
    return !as_traffic(a).common(as_traffic(b)).empty();
}

AddressSet unnamed_part(const AddressSet& addresses) {
    AddressSet left = addresses;
    for (const NamedSet& named : named_address_sets()) {
        for (const Family family : {Family::ipv4, Family::ipv6}) {
            const AddressSet part = family_part(named_addresses(named.name), family);
            if (named.name != "@any" && covers_all(addresses, part)) {
                left = without(left, part);
            }
        }
    }
    return left;
}

}  // namespace sbx::policy
