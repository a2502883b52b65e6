// The address sets that the language names. The special ranges are data (special_addresses.def); @public is what they leave of
// global unicast, worked out here so that the two cannot disagree.
#include "compiler/policy/address_set.hpp"

#include <array>
#include <deque>

namespace sbx::policy {
namespace {

struct SpecialRange {
    std::string_view set;
    NamedRange range;
};
#define SBX_SPECIAL(set, range, source) SpecialRange{set, {range, source}},
constexpr std::array special_ranges{
#include "compiler/policy/special_addresses.def"
};
#undef SBX_SPECIAL

/// What IANA allocates unicast addresses from: all of IPv4 until the special ranges are taken out, and 2000::/3 (RFC 4291, 2.4).
constexpr std::array<std::string_view, 2> unicast_space{"0.0.0.0/0", "2000::/3"};

std::vector<NamedRange> special(std::string_view set) {
    std::vector<NamedRange> ranges;
    for (const SpecialRange& row : special_ranges) {
        if (row.set == set) {
            ranges.push_back(row.range);
        }
    }
    return ranges;
}

std::string range_text(const Address& first, const Address& last) {
    return to_text(first) + "-" + to_text(last);
}

/// `space` without the ranges of `holes`, in order.
void append_remainder(const AddressRange& space, const AddressSet& holes, std::deque<std::string>& out) {
    Address next = space.first;
    for (const AddressRange& hole : holes.ranges()) {
        if (hole.last < next || hole.first > space.last) {
            continue;
        }
        if (next < hole.first) {
            out.push_back(range_text(next, *predecessor(hole.first)));
        }
        if (hole.last >= space.last) {
            return;
        }
        next = *successor(hole.last);
    }
    out.push_back(range_text(next, space.last));
}

std::vector<NamedRange> public_ranges() {
    static const std::deque<std::string> texts = [] {
        AddressSet holes;
        for (const SpecialRange& row : special_ranges) {
            holes.add(parse_range(row.range.text).range);
        }
        std::deque<std::string> remainder;
        for (const std::string_view space : unicast_space) {
            append_remainder(parse_range(space).range, holes, remainder);
        }
        return remainder;
    }();
    std::vector<NamedRange> ranges;
    for (const std::string& text : texts) {
        ranges.push_back({text, text.find(':') == std::string::npos
                                    ? "RFC 791: unicast, without every special range (RFC 6890 registries)"
                                    : "RFC 4291, section 2.4: global unicast, without every special range (RFC 6890 registries)"});
    }
    return ranges;
}

}  // namespace

const std::vector<NamedSet>& named_address_sets() {
    static const std::vector<NamedSet> sets{
        {"@public", "global unicast without every special range", public_ranges()},
        {"@private", "addresses that sites use among themselves", special("@private")},
        {"@any", "every address of both families", {{"0.0.0.0/0", "RFC 791: all of IPv4"}, {"::/0", "RFC 4291: all of IPv6"}}},
        {"@loopback", "the machine itself", special("@loopback")},
        {"@link-local", "valid on one link only; routers do not pass it on", special("@link-local")},
        {"@metadata", "where cloud providers hand credentials to whoever asks", special("@metadata")},
        {"@multicast", "groups of receivers", special("@multicast")},
        {"@documentation", "set aside for examples, never assigned", special("@documentation")},
    };
    return sets;
}

}  // namespace sbx::policy
