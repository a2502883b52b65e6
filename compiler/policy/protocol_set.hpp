// The protocols that a rule can name, and sets of them, which are small values: there is one in each of a hundred thousand rules.
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <string_view>

namespace sbx::policy {

/// `icmp` is echo, of both families. `other` is every protocol without a word of its own: only `any` covers it.
enum class Protocol : std::uint8_t { tcp, udp, icmp, other };
inline constexpr std::array<Protocol, 4> all_protocols{Protocol::tcp, Protocol::udp, Protocol::icmp, Protocol::other};
[[nodiscard]] std::string_view to_text(Protocol protocol);
/// tcp and udp.
[[nodiscard]] bool has_ports(Protocol protocol);

/// Walked in the order of all_protocols.
class ProtocolSet {
public:
    class Iterator {
    public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = Protocol;
        using difference_type = std::ptrdiff_t;
        using pointer = const Protocol*;
        using reference = Protocol;
        constexpr Iterator() = default;
        constexpr Protocol operator*() const { return static_cast<Protocol>(std::countr_zero(left_)); }
        constexpr Iterator& operator++() {
            left_ &= left_ - 1U;
            return *this;
        }
        constexpr Iterator operator++(int) {
            const Iterator here = *this;
            ++*this;
            return here;
        }
        friend bool operator==(const Iterator&, const Iterator&) = default;

    private:
        friend class ProtocolSet;
        constexpr explicit Iterator(unsigned left) : left_(left) {}
        unsigned left_ = 0;
    };

    constexpr ProtocolSet() = default;
    constexpr ProtocolSet(std::initializer_list<Protocol> protocols) {
        for (const Protocol protocol : protocols) {
            bits_ |= bit(protocol);
        }
    }
    [[nodiscard]] static constexpr ProtocolSet all() { return {Protocol::tcp, Protocol::udp, Protocol::icmp, Protocol::other}; }
    [[nodiscard]] static constexpr ProtocolSet with_ports() { return {Protocol::tcp, Protocol::udp}; }

    [[nodiscard]] constexpr bool contains(Protocol protocol) const { return (bits_ & bit(protocol)) != 0; }
    [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
    constexpr void insert(Protocol protocol) { bits_ |= bit(protocol); }
    [[nodiscard]] constexpr ProtocolSet common(ProtocolSet other) const { return ProtocolSet(bits_ & other.bits_); }
    [[nodiscard]] constexpr ProtocolSet without(ProtocolSet other) const { return ProtocolSet(bits_ & ~other.bits_); }
    [[nodiscard]] constexpr Iterator begin() const { return Iterator(bits_); }
    [[nodiscard]] constexpr Iterator end() const { return {}; }
    friend auto operator<=>(const ProtocolSet&, const ProtocolSet&) = default;

private:
    constexpr explicit ProtocolSet(unsigned bits) : bits_(bits) {}
    static constexpr unsigned bit(Protocol protocol) { return 1U << static_cast<unsigned>(protocol); }

    unsigned bits_ = 0;
};

}  // namespace sbx::policy
