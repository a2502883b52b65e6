// Fields, types and values by the names that nft(8) gives them. What nft would look up in a file or ask a server for is no value
// here.
#include "compiler/verify/artifact_text.hpp"
#include "compiler/verify/nft_ruleset.hpp"
#include "runtime/artifact_format.hpp"

#include <algorithm>
#include <array>

namespace sbx::verify {
namespace {

struct FieldName {
    std::string_view protocol;
    std::string_view name;
    NftField field;
    NftType type;
};
constexpr std::array fields = {FieldName{"meta", "nfproto", NftField::nfproto, NftType::family},
                               FieldName{"meta", "l4proto", NftField::l4proto, NftType::protocol},
                               FieldName{"meta", "iifname", NftField::iifname, NftType::interface},
                               FieldName{"meta", "oifname", NftField::oifname, NftType::interface},
                               FieldName{"ip", "saddr", NftField::ip_saddr, NftType::ipv4},
                               FieldName{"ip", "daddr", NftField::ip_daddr, NftType::ipv4},
                               FieldName{"ip6", "saddr", NftField::ip6_saddr, NftType::ipv6},
                               FieldName{"ip6", "daddr", NftField::ip6_daddr, NftType::ipv6},
                               FieldName{"tcp", "sport", NftField::tcp_sport, NftType::port},
                               FieldName{"tcp", "dport", NftField::tcp_dport, NftType::port},
                               FieldName{"udp", "sport", NftField::udp_sport, NftType::port},
                               FieldName{"udp", "dport", NftField::udp_dport, NftType::port},
                               FieldName{"th", "sport", NftField::th_sport, NftType::port},
                               FieldName{"th", "dport", NftField::th_dport, NftType::port},
                               FieldName{"icmp", "type", NftField::icmp_type, NftType::icmp_type},
                               FieldName{"icmpv6", "type", NftField::icmpv6_type, NftType::icmpv6_type},
                               FieldName{"ct", "state", NftField::ct_state, NftType::state},
                               FieldName{"ip option", "lsrr", NftField::loose_source_route, NftType::presence},
                               FieldName{"ip option", "ssrr", NftField::strict_source_route, NftType::presence},
                               FieldName{"exthdr", "rt", NftField::routing_header, NftType::presence},
                               FieldName{"rt", "type", NftField::routing_type, NftType::number}};

struct ValueName {
    NftType type;
    std::string_view name;
    std::uint64_t value;
};
constexpr std::array value_names = {ValueName{NftType::family, "ipv4", 2},
                                    ValueName{NftType::family, "ipv6", 10},
                                    ValueName{NftType::protocol, "icmp", 1},
                                    ValueName{NftType::protocol, "tcp", 6},
                                    ValueName{NftType::protocol, "udp", 17},
                                    ValueName{NftType::protocol, "icmpv6", 58},
                                    ValueName{NftType::protocol, "ipv6-icmp", 58},
                                    ValueName{NftType::interface, "lo", interface_loopback},
                                    ValueName{NftType::interface, format::filter_interface, interface_outside},
                                    ValueName{NftType::icmp_type, "echo-reply", 0},
                                    ValueName{NftType::icmp_type, "destination-unreachable", 3},
                                    ValueName{NftType::icmp_type, "source-quench", 4},
                                    ValueName{NftType::icmp_type, "redirect", 5},
                                    ValueName{NftType::icmp_type, "echo-request", 8},
                                    ValueName{NftType::icmp_type, "router-advertisement", 9},
                                    ValueName{NftType::icmp_type, "router-solicitation", 10},
                                    ValueName{NftType::icmp_type, "time-exceeded", 11},
                                    ValueName{NftType::icmp_type, "parameter-problem", 12},
                                    ValueName{NftType::icmp_type, "timestamp-request", 13},
                                    ValueName{NftType::icmp_type, "timestamp-reply", 14},
                                    ValueName{NftType::icmpv6_type, "destination-unreachable", 1},
                                    ValueName{NftType::icmpv6_type, "packet-too-big", 2},
                                    ValueName{NftType::icmpv6_type, "time-exceeded", 3},
                                    ValueName{NftType::icmpv6_type, "parameter-problem", 4},
                                    ValueName{NftType::icmpv6_type, "echo-request", 128},
                                    ValueName{NftType::icmpv6_type, "echo-reply", 129},
                                    ValueName{NftType::icmpv6_type, "mld-listener-query", 130},
                                    ValueName{NftType::icmpv6_type, "mld-listener-report", 131},
                                    ValueName{NftType::icmpv6_type, "mld-listener-done", 132},
                                    ValueName{NftType::icmpv6_type, "nd-router-solicit", 133},
                                    ValueName{NftType::icmpv6_type, "nd-router-advert", 134},
                                    ValueName{NftType::icmpv6_type, "nd-neighbor-solicit", 135},
                                    ValueName{NftType::icmpv6_type, "nd-neighbor-advert", 136},
                                    ValueName{NftType::icmpv6_type, "nd-redirect", 137},
                                    ValueName{NftType::icmpv6_type, "mld2-listener-report", 143},
                                    ValueName{NftType::state, "invalid", state_invalid},
                                    ValueName{NftType::state, "established", state_established},
                                    ValueName{NftType::state, "related", state_related},
                                    ValueName{NftType::state, "new", state_new},
                                    ValueName{NftType::state, "untracked", state_untracked},
                                    ValueName{NftType::presence, "exists", 1},
                                    ValueName{NftType::presence, "missing", 0}};

std::optional<std::uint64_t> largest_number(NftType type) {
    switch (type) {
        case NftType::port:
            return 65535;
        case NftType::protocol:
        case NftType::icmp_type:
        case NftType::icmpv6_type:
        case NftType::number:
            return 255;
        case NftType::family:
        case NftType::interface:
        case NftType::ipv4:
        case NftType::ipv6:
        case NftType::state:
        case NftType::presence:
            break;
    }
    return std::nullopt;
}

[[noreturn]] void refuse(std::string_view text) {
    throw Malformed{"", named(text) + " is no number, and no word that stands for one here"};
}

Number read_address(NftType type, std::string_view text) {
    const auto address = policy::parse_address(text);
    if (!address || (address->family == policy::Family::ipv4) != (type == NftType::ipv4)) {
        throw Malformed{"", named(text) + " is no address of that family in digits"};
    }
    return number_of(*address);
}

Interval read_prefix(NftType type, std::string_view text, std::size_t slash) {
    const unsigned width = type == NftType::ipv4 ? 32 : 128;
    const auto length = read_decimal(text.substr(slash + 1));
    if (!length || *length > width) {
        throw Malformed{"", named(text) + " is no network"};
    }
    const auto ones = [](std::uint64_t count) { return count == 0 ? std::uint64_t{0} : ~std::uint64_t{0} >> (64 - count); };
    const std::uint64_t host_bits = width - *length;
    const Number mask{host_bits > 64 ? ones(host_bits - 64) : 0, ones(std::min<std::uint64_t>(host_bits, 64))};
    const Number first = read_address(type, text.substr(0, slash));
    if ((first.high & mask.high) != 0 || (first.low & mask.low) != 0) {
        throw Malformed{"", named(text) + " has bits set beyond its prefix"};
    }
    return {first, {first.high | mask.high, first.low | mask.low}};
}

Number read_single(NftType type, std::string_view text) {
    if (type == NftType::ipv4 || type == NftType::ipv6) {
        return read_address(type, text);
    }
    const auto* const name = std::find_if(value_names.begin(), value_names.end(),
                                          [&](const auto& each) { return each.type == type && each.name == text; });
    if (name != value_names.end()) {
        return {0, name->value};
    }
    const auto value = read_decimal(text);
    const auto largest = largest_number(type);
    if (!value || !largest || *value > *largest) {
        refuse(text);
    }
    return {0, *value};
}

}  // namespace

std::optional<NftField> find_nft_field(std::string_view protocol, std::string_view name) {
    const auto* const found = std::find_if(fields.begin(), fields.end(),
                                           [&](const auto& each) { return each.protocol == protocol && each.name == name; });
    return found == fields.end() ? std::nullopt : std::optional(found->field);
}

NftType type_of(NftField field) {
    return std::find_if(fields.begin(), fields.end(), [&](const auto& each) { return each.field == field; })->type;
}

std::optional<NftType> find_nft_type(std::string_view name) {
    constexpr std::array types = {
        std::pair{std::string_view("ipv4_addr"), NftType::ipv4}, std::pair{std::string_view("ipv6_addr"), NftType::ipv6},
        std::pair{std::string_view("inet_service"), NftType::port}, std::pair{std::string_view("inet_proto"), NftType::protocol}};
    const auto* const found = std::find_if(types.begin(), types.end(), [&](const auto& each) { return each.first == name; });
    return found == types.end() ? std::nullopt : std::optional(found->second);
}

Interval read_nft_value(NftType type, std::string_view text) {
    const bool is_address = type == NftType::ipv4 || type == NftType::ipv6;
    if (const std::size_t slash = text.find('/'); is_address && slash != std::string_view::npos) {
        return read_prefix(type, text, slash);
    }
    const std::size_t dash = text.find('-');
    if (dash != std::string_view::npos && (is_address || largest_number(type)) && !text.empty() &&
        (is_address || (text.front() >= '0' && text.front() <= '9'))) {
        const Interval interval{read_single(type, text.substr(0, dash)), read_single(type, text.substr(dash + 1))};
        if (interval.last < interval.first) {
            throw Malformed{"", named(text) + " ends before it begins"};
        }
        return interval;
    }
    const Number number = read_single(type, text);
    return {number, number};
}

}  // namespace sbx::verify
