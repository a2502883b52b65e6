// Addresses, networks and ranges as text. Parsing accepts one spelling of the many that C libraries take (RFC 6943, section 3.1),
// so that no two programs can read one policy differently.
#include "compiler/policy/address_set.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstddef>
#include <initializer_list>

namespace sbx::policy {
namespace {

/// Decimal without sign or leading zero, at most `largest`.
std::optional<unsigned> parse_decimal(std::string_view text, unsigned largest) {
    if (text.empty() || text.size() > 5 || (text.size() > 1 && text.front() == '0')) {
        return std::nullopt;
    }
    unsigned value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') {
            return std::nullopt;
        }
        value = value * 10 + static_cast<unsigned>(c - '0');
    }
    return value <= largest ? std::optional(value) : std::nullopt;
}

std::optional<unsigned> parse_group(std::string_view text) {
    if (text.empty() || text.size() > 4) {
        return std::nullopt;
    }
    unsigned value = 0;
    for (const char c : text) {
        const unsigned digit = c >= '0' && c <= '9'   ? static_cast<unsigned>(c - '0')
                               : c >= 'a' && c <= 'f' ? static_cast<unsigned>(c - 'a') + 10
                               : c >= 'A' && c <= 'F' ? static_cast<unsigned>(c - 'A') + 10
                                                      : 16U;
        if (digit == 16U) {
            return std::nullopt;
        }
        value = value * 16 + digit;
    }
    return value;
}

/// What stands before the separator, which is taken off with it; all of the text where there is none.
std::string_view take_part(std::string_view& text, char separator) {
    const std::size_t at = std::min(text.find(separator), text.size());
    const std::string_view part = text.substr(0, at);
    text.remove_prefix(std::min(at + 1, text.size()));
    return part;
}

std::optional<Address> parse_ipv4(std::string_view text) {
    if (std::count(text.begin(), text.end(), '.') != 3) {
        return std::nullopt;
    }
    Address address;
    for (std::size_t i = 0; i < 4; ++i) {
        const std::optional<unsigned> byte = parse_decimal(take_part(text, '.'), 255);
        if (!byte) {
            return std::nullopt;
        }
        address.bytes[i] = static_cast<std::uint8_t>(*byte);
    }
    return address;
}

/// A part of an address, as far as there is room for it.
struct GroupBytes {
    std::array<std::uint8_t, 16> bytes{};
    std::size_t size = 0;

    [[nodiscard]] bool add(std::initializer_list<unsigned> more) {
        if (size + more.size() > bytes.size()) {
            return false;
        }
        for (const unsigned byte : more) {
            bytes[size++] = static_cast<std::uint8_t>(byte);
        }
        return true;
    }
};

/// Groups between colons, the last of which may be a dotted quad where the address ends; nullopt when one is malformed.
std::optional<GroupBytes> parse_groups(std::string_view text, bool ends_address) {
    GroupBytes groups;
    bool is_last = text.empty();
    while (!is_last) {
        is_last = text.find(':') == std::string_view::npos;
        const std::string_view part = take_part(text, ':');
        if (ends_address && is_last && part.find('.') != std::string_view::npos) {
            const std::optional<Address> quad = parse_ipv4(part);
            if (!quad || !groups.add({quad->bytes[0], quad->bytes[1], quad->bytes[2], quad->bytes[3]})) {
                return std::nullopt;
            }
        } else if (const std::optional<unsigned> group = parse_group(part); !group || !groups.add({*group >> 8U, *group & 0xFFU})) {
            return std::nullopt;
        }
    }
    return groups;
}

bool is_mapped_ipv4(const Address& address) {
    return std::all_of(address.bytes.begin(), address.bytes.begin() + 10, [](std::uint8_t byte) { return byte == 0; }) &&
           address.bytes[10] == 0xFF && address.bytes[11] == 0xFF;
}

/// Mapped ones too.
std::optional<Address> parse_any_ipv6(std::string_view text) {
    const std::size_t gap = text.find("::");
    const bool has_gap = gap != std::string_view::npos;
    const auto head = parse_groups(text.substr(0, gap), !has_gap);
    const auto tail = has_gap ? parse_groups(text.substr(gap + 2), true) : GroupBytes();
    // `::` stands for one group of zeros or more.
    if (!head || !tail || (has_gap ? head->size + tail->size > 14 : head->size != 16)) {
        return std::nullopt;
    }
    Address address{Family::ipv6, {}};
    std::copy_n(head->bytes.begin(), head->size, address.bytes.begin());
    std::copy_n(tail->bytes.begin(), tail->size, address.bytes.end() - static_cast<std::ptrdiff_t>(tail->size));
    return address;
}

std::optional<Address> parse_ipv6(std::string_view text) {
    const std::optional<Address> address = parse_any_ipv6(text);
    return address && is_mapped_ipv4(*address) ? std::nullopt : address;
}

/// In digits of `base`.
void append_number(std::string& text, unsigned number, int base) {
    std::array<char, 5> digits{};
    text.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number, base).ptr);
}

std::string ipv4_text(const Address& address) {
    std::string text;
    for (std::size_t i = 0; i < 4; ++i) {
        if (i != 0) {
            text += '.';
        }
        append_number(text, address.bytes[i], 10);
    }
    return text;
}

/// RFC 5952: lower case, the first longest run of two or more zero groups as `::`. Always hexadecimal, as ip6tables and nft take
/// it.
std::string ipv6_text(const Address& address) {
    std::array<unsigned, 8> groups{};
    for (std::size_t i = 0; i < 8; ++i) {
        groups[i] = (static_cast<unsigned>(address.bytes[2 * i]) << 8U) | address.bytes[2 * i + 1];
    }
    std::size_t gap = 8;
    std::size_t gap_length = 1;
    for (std::size_t i = 0, length = 0; i < 8; ++i) {
        length = groups[i] == 0 ? length + 1 : 0;
        if (length > gap_length) {
            gap_length = length;
            gap = i + 1 - length;
        }
    }
    std::string text;
    for (std::size_t i = 0; i < 8; ++i) {
        if (i == gap) {
            text += "::";
            i += gap_length - 1;
        } else {
            if (!text.empty() && text.back() != ':') {
                text += ':';
            }
            append_number(text, groups[i], 16);
        }
    }
    return text;
}

/// `address` with all bits from `length` on set to `bit`.
Address fill_host_bits(Address address, unsigned length, bool bit) {
    for (std::size_t i = length / 8; i < byte_count(address.family); ++i) {
        const unsigned mask = i == length / 8 ? 0xFFU >> (length % 8) : 0xFFU;
        std::uint8_t& byte = address.bytes[i];
        byte = static_cast<std::uint8_t>(bit ? byte | mask : byte & ~mask);
    }
    return address;
}

ParsedRange parse_cidr(std::string_view base, std::string_view length_text) {
    const std::optional<Address> address = parse_address(base);
    const bool digits = !length_text.empty() && length_text.find_first_not_of("0123456789") == std::string_view::npos &&
                        (length_text == "0" || length_text.front() != '0');
    if (!address || !digits) {
        return {RangeError::not_an_address, {}, {}};
    }
    const auto bits = static_cast<unsigned>(byte_count(address->family) * 8);
    const std::optional<unsigned> length = parse_decimal(length_text, bits);
    if (!length) {
        return {RangeError::prefix_too_long, {}, {}};
    }
    const AddressRange range{fill_host_bits(*address, *length, false), fill_host_bits(*address, *length, true)};
    if (range.first != *address) {
        return {RangeError::host_bits_set, {}, to_text(range.first) + "/" + std::to_string(*length)};
    }
    return {RangeError::none, range, {}};
}

ParsedRange parse_pair(std::string_view first_text, std::string_view last_text) {
    const std::optional<Address> first = parse_address(first_text);
    const std::optional<Address> last = parse_address(last_text);
    if (!first || !last) {
        return {RangeError::not_an_address, {}, {}};
    }
    if (first->family != last->family) {
        return {RangeError::mixed_families, {}, {}};
    }
    if (*last < *first) {
        return {RangeError::reversed, {}, to_text(*last) + "-" + to_text(*first)};
    }
    return {RangeError::none, {*first, *last}, {}};
}

}  // namespace

std::optional<Address> parse_address(std::string_view text) {
    return text.find(':') == std::string_view::npos ? parse_ipv4(text) : parse_ipv6(text);
}

std::optional<Address> parse_mapped_address(std::string_view text) {
    const std::optional<Address> address = text.find(':') == std::string_view::npos ? std::nullopt : parse_any_ipv6(text);
    if (!address || !is_mapped_ipv4(*address)) {
        return std::nullopt;
    }
    Address mapped;
    std::copy(address->bytes.begin() + 12, address->bytes.end(), mapped.bytes.begin());
    return mapped;
}

std::string to_text(const Address& address) {
    return address.family == Family::ipv4 ? ipv4_text(address) : ipv6_text(address);
}

namespace {

/// Leading bits that both ends share. Not for one address.
unsigned common_bits(const AddressRange& range) {
    std::size_t byte = 0;
    while (range.first.bytes[byte] == range.last.bytes[byte]) {
        ++byte;
    }
    const auto difference = static_cast<std::uint8_t>(range.first.bytes[byte] ^ range.last.bytes[byte]);
    return static_cast<unsigned>(byte * 8) + static_cast<unsigned>(std::countl_zero(difference));
}

}  // namespace

std::string to_text(const AddressRange& range) {
    if (range.first == range.last) {
        return to_text(range.first);
    }
    const unsigned length = common_bits(range);
    if (fill_host_bits(range.first, length, false) == range.first && fill_host_bits(range.first, length, true) == range.last) {
        return to_text(range.first) + "/" + std::to_string(length);
    }
    return to_text(range.first) + "-" + to_text(range.last);
}

ParsedRange parse_range(std::string_view text) {
    if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
        return parse_cidr(text.substr(0, slash), text.substr(slash + 1));
    }
    const std::size_t dash = text.find('-');
    return parse_pair(text.substr(0, dash), dash == std::string_view::npos ? text : text.substr(dash + 1));
}

std::optional<Endpoint> parse_endpoint(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    std::string_view host = text.substr(0, colon);
    const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
    if (bracketed) {
        host = host.substr(1, host.size() - 2);
    }
    const std::optional<Address> address = parse_address(host);
    const std::optional<unsigned> port = parse_decimal(text.substr(colon + 1), 65535);
    if (!address || !port || *port == 0 || bracketed != (address->family == Family::ipv6)) {
        return std::nullopt;
    }
    return Endpoint{*address, static_cast<std::uint16_t>(*port)};
}

std::string to_text(const Endpoint& endpoint) {
    const std::string host = to_text(endpoint.address);
    return (endpoint.address.family == Family::ipv4 ? host : "[" + host + "]") + ":" + std::to_string(endpoint.port);
}

}  // namespace sbx::policy
