// Chooses the sandbox's addresses. See the header.
#include "runtime/virtual_network.hpp"

#include "runtime/number.hpp"

#include <algorithm>
#include <array>

namespace sbx::runtime {

namespace {

// Networks of 256 addresses. The last is for measuring network devices (RFC 2544), and so in no network that is used.
constexpr std::array<std::string_view, 4> choices = {"10.0.2.0", "192.168.237.0", "172.30.237.0", "198.18.237.0"};

bool overlaps(std::uint32_t base, const std::vector<SpanV4>& taken) {
    return std::any_of(taken.begin(), taken.end(),
                       [base](const SpanV4& span) { return span.first <= base + 255 && span.last >= base; });
}

/// `10.0.2.1`, `10.0.2.0/24` or `10.0.2.1-10.0.2.9`.
std::optional<SpanV4> read_span(std::string_view text) {
    const std::size_t end = std::min(text.find_first_of("/-"), text.size());
    const std::optional<std::uint32_t> first = read_ipv4(text.substr(0, end));
    if (!first || end == text.size()) {
        return first ? std::optional<SpanV4>({*first, *first}) : std::nullopt;
    }
    const std::string_view rest = text.substr(end + 1);
    if (text[end] == '-') {
        const std::optional<std::uint32_t> last = read_ipv4(rest);
        return last ? std::optional<SpanV4>({*first, *last}) : std::nullopt;
    }
    const std::optional<std::uint64_t> length = read_number(rest);
    if (!length || *length > 32) {
        return std::nullopt;
    }
    return SpanV4{*first, *first | static_cast<std::uint32_t>(0xffffffffULL >> *length)};
}

}  // namespace

std::string to_text_ipv4(std::uint32_t address) {
    std::string text;
    for (int shift = 24; shift >= 0; shift -= 8) {
        text += std::to_string((address >> static_cast<unsigned>(shift)) & 255U) + (shift > 0 ? "." : "");
    }
    return text;
}

std::optional<std::uint32_t> read_ipv4(std::string_view text) {
    std::uint32_t address = 0;
    for (int part = 0; part < 4; ++part) {
        const std::size_t end = part < 3 ? text.find('.') : text.size();
        const std::optional<std::uint64_t> number = end <= text.size() ? read_number(text.substr(0, end)) : std::nullopt;
        if (!number || *number > 255) {
            return std::nullopt;
        }
        address = (address << 8U) | static_cast<std::uint32_t>(*number);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return address;
}

std::vector<SpanV4> addresses_in(std::string_view text) {
    std::vector<SpanV4> spans;
    bool follows = false;  // one in the same object or list, which is `before`
    std::uint32_t before = 0;
    std::size_t behind = 0;
    // What stands between quotes; an escaped quote only makes pieces of what is no address anyway.
    for (std::size_t begin = text.find('"'); begin != std::string_view::npos; begin = text.find('"', begin + 1)) {
        const std::size_t end = std::min(text.find('"', begin + 1), text.size());
        if (text.substr(behind, begin - behind).find_first_of("{}[]") != std::string_view::npos) {
            follows = false;
        }
        if (const std::optional<SpanV4> span = read_span(text.substr(begin + 1, end - begin - 1))) {
            spans.push_back({follows ? std::min(before, span->first) : span->first, span->last});
            before = span->first;
            follows = true;
        }
        behind = end;
        begin = end;
    }
    return spans;
}

VirtualNetwork choose_virtual_network(const std::vector<SpanV4>& taken) {
    VirtualNetwork result;
    std::uint32_t base = 0;
    for (const std::string_view choice : choices) {
        base = read_ipv4(choice).value_or(0);
        result.shadows = overlaps(base, taken);
        if (!result.shadows) {
            break;
        }
    }
    result.cidr = to_text_ipv4(base) + "/24";
    result.gateway = to_text_ipv4(base + 2);
    result.resolver = to_text_ipv4(base + 3);
    result.address = to_text_ipv4(base + 100);
    result.broadcast = to_text_ipv4(base + 255);
    result.address_6 = "fd73:6278:2d72::64";
    result.gateway_6 = "fe80::2";
    return result;
}

}  // namespace sbx::runtime
