// Addresses and sets of them, both families, as sorted disjoint intervals. Parsing is strict (RFC 6943): no octal, no short forms.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <endian.h>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::policy {

enum class Family : std::uint8_t { ipv4, ipv6 };
/// Of an address.
[[nodiscard]] constexpr std::size_t byte_count(Family family) {
    return family == Family::ipv4 ? 4 : 16;
}

/// Network byte order; an IPv4 address uses the first four bytes, the rest are zero.
struct Address {
    Family family = Family::ipv4;
    std::array<std::uint8_t, 16> bytes{};
    friend bool operator==(const Address&, const Address&) = default;
    friend std::strong_ordering operator<=>(const Address& a, const Address& b) {
        if (a.family != b.family) {
            return a.family <=> b.family;
        }
        const std::strong_ordering upper = a.half(0) <=> b.half(0);
        return upper != 0 ? upper : a.half(8) <=> b.half(8);
    }

private:
    /// Eight bytes as a number: sets are sorted by addresses, and a loop over bytes is most of what that costs.
    [[nodiscard]] std::uint64_t half(std::size_t begin) const {
        std::uint64_t number = 0;
        std::memcpy(&number, bytes.data() + begin, sizeof number);
        return be64toh(number);
    }
};
/// Dotted quad, or RFC 4291 text without zone. IPv4-mapped IPv6 (`::ffff:a.b.c.d`) is nullopt: write the IPv4 address.
[[nodiscard]] std::optional<Address> parse_address(std::string_view text);
/// The IPv4 address that an IPv4-mapped IPv6 address stands for.
[[nodiscard]] std::optional<Address> parse_mapped_address(std::string_view text);
/// Canonical (RFC 5952).
[[nodiscard]] std::string to_text(const Address& address);

/// The next address of the family; nullopt after its last.
[[nodiscard]] std::optional<Address> successor(Address address);
/// The address before; nullopt before the first of the family.
[[nodiscard]] std::optional<Address> predecessor(Address address);

/// Inclusive; both ends of one family, first <= last.
struct AddressRange {
    Address first;
    Address last;
    friend auto operator<=>(const AddressRange&, const AddressRange&) = default;
};
/// The address, the network with its prefix, or the range: whichever it is.
[[nodiscard]] std::string to_text(const AddressRange& range);
enum class RangeError : std::uint8_t { none, not_an_address, host_bits_set, prefix_too_long, reversed, mixed_families };
struct ParsedRange {
    RangeError error = RangeError::none;
    AddressRange range;
    std::string corrected;  ///< for host_bits_set and reversed: what was probably meant
};
/// `192.0.2.1`, `192.0.2.0/24`, `192.0.2.1-192.0.2.9`.
[[nodiscard]] ParsedRange parse_range(std::string_view text);

/// Sorted, disjoint, adjacent ranges joined: equal sets are equal values.
class AddressSet {
public:
    /// In any order, overlapping or not; n log n, where adding them one by one moves all that lies behind each.
    [[nodiscard]] static AddressSet of(std::vector<AddressRange> ranges);
    void add(const AddressRange& range);
    [[nodiscard]] bool contains(const Address& address) const;
    [[nodiscard]] const std::vector<AddressRange>& ranges() const { return ranges_; }
    [[nodiscard]] bool empty() const { return ranges_.empty(); }
    friend auto operator<=>(const AddressSet&, const AddressSet&) = default;

private:
    std::vector<AddressRange> ranges_;
};

/// One row of a named set, with the document that assigns it.
struct NamedRange {
    std::string_view text;
    std::string_view source;
};
struct NamedSet {
    std::string_view name;  ///< with its `@`
    std::string_view summary;
    std::vector<NamedRange> ranges;
};
/// `@public @private @any @loopback @link-local @metadata @multicast @documentation`, in that order.
[[nodiscard]] const std::vector<NamedSet>& named_address_sets();

/// `10.20.3.4:443`, `[2001:db8::1]:443`.
struct Endpoint {
    Address address;
    std::uint16_t port = 0;
    friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};
[[nodiscard]] std::optional<Endpoint> parse_endpoint(std::string_view text);
[[nodiscard]] std::string to_text(const Endpoint& endpoint);

}  // namespace sbx::policy
