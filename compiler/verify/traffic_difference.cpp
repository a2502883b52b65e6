// The walk along all lines of the filter and the policy; see the header. The same values of all lines give the same result, so that
// many networks with few kinds of ports are judged a few times.
#include "compiler/verify/traffic_difference.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <unordered_map>

namespace sbx::verify {
namespace {

enum class Kind : std::uint8_t { too_wide, too_narrow, silent };

/// At one stretch of addresses.
struct Difference {
    Kind kind = Kind::too_wide;
    PortRanges ports;
    std::vector<std::string> answers;
    friend bool operator<(const Difference& a, const Difference& b) {
        return std::tie(a.kind, a.ports, a.answers) < std::tie(b.kind, b.ports, b.answers);
    }
};
using Column = std::vector<Difference>;

struct ValuesHash {
    std::size_t operator()(const std::vector<std::uint32_t>& values) const {
        std::size_t hash = values.size();
        for (const std::uint32_t value : values) {
            hash = hash * 0x9e3779b97f4a7c15U + value + 1;
            hash ^= hash >> 29U;
        }
        return hash;
    }
};

class Comparison {
public:
    Comparison(const NftProgram& program, const PolicyTraffic& policy, Meant meant, PortTable& ports, Conditions& conditions)
        : program_(program), policy_(policy), meant_(meant), ports_(ports), conditions_(conditions), lines_(program.lines()) {
        for (const auto& line : policy.lines()) {
            lines_.push_back(line.get());
        }
    }

    /// Stretches of addresses by what differs on them.
    std::map<Difference, std::vector<Interval>> run(policy::Family family) {
        std::map<Difference, std::vector<Interval>> regions;
        walk(lines_, family, [&](const Interval& addresses, const std::vector<std::uint32_t>& values) {
            for (const Difference& difference : column(values)) {
                std::vector<Interval>& stretches = regions[difference];
                if (!stretches.empty() && stretches.back().last < addresses.first &&
                    after(stretches.back().last) == addresses.first) {
                    stretches.back().last = addresses.last;
                } else {
                    stretches.push_back(addresses);
                }
            }
        });
        return regions;
    }

private:
    const Column& column(const std::vector<std::uint32_t>& values) {
        const auto [found, is_new] = columns_.try_emplace(values);
        if (is_new) {
            found->second = judge(values);
        }
        return found->second;
    }

    /// The first port of each range on which no line changes.
    [[nodiscard]] std::vector<std::uint32_t> turning_points(const std::vector<std::uint32_t>& values) const {
        std::vector<std::uint32_t> points = {1};
        for (const std::uint32_t value : values) {
            for (const policy::PortRange& range : ports_.at(value)) {
                points.push_back(range.first);
                points.push_back(std::uint32_t{range.last} + 1);
            }
        }
        std::sort(points.begin(), points.end());
        points.erase(std::unique(points.begin(), points.end()), points.end());
        if (points.back() == 65536) {
            points.pop_back();
        }
        return points;
    }

    Column judge(const std::vector<std::uint32_t>& values) {
        std::map<std::pair<Kind, std::vector<std::string>>, PortRanges> found;
        const std::vector<std::uint32_t> points = turning_points(values);
        for (std::size_t i = 0; i < points.size(); ++i) {
            const policy::PortRange range{static_cast<std::uint16_t>(points[i]),
                                          static_cast<std::uint16_t>(i + 1 < points.size() ? points[i + 1] - 1 : 65535)};
            for (const auto& [kind, answers] : judge_point(values, range.first)) {
                PortRanges& ranges = found[{kind, answers}];
                if (!ranges.empty() && ranges.back().last + 1 == range.first) {
                    ranges.back().last = range.last;
                } else {
                    ranges.push_back(range);
                }
            }
        }
        Column column;
        for (auto& [what, ranges] : found) {
            column.push_back({what.first, std::move(ranges), what.second});
        }
        return column;
    }

    using Judgement = std::vector<std::pair<Kind, std::vector<std::string>>>;
    const Judgement& judge_point(const std::vector<std::uint32_t>& values, std::uint16_t port) {
        std::vector<bool> inside(values.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            inside[i] = ports_.contains(values[i], port);
        }
        const auto [found, is_new] = points_.try_emplace(std::move(inside));
        if (is_new) {
            found->second = judge_membership(found->first);
        }
        return found->second;
    }

    Judgement judge_membership(const std::vector<bool>& inside) {
        std::vector<Condition> filter(program_.lines().size());
        std::vector<Condition> policy(policy_.lines().size());
        for (std::size_t i = 0; i < inside.size(); ++i) {
            (i < filter.size() ? filter[i] : policy[i - filter.size()]) = inside[i] ? holds_always : holds_never;
        }
        const Outcome outcome = program_.run(conditions_, filter);
        const Condition allowed = meant_ == Meant::everything ? holds_always : policy_.allowed(conditions_, policy);
        const bool on_loopback = policy_.is_loopback(policy);
        Judgement result;
        const auto object = [&](Kind kind, Condition where) {
            if (where != holds_never) {
                result.emplace_back(kind, conditions_.example(where));
            }
        };
        object(Kind::too_wide, conditions_.except(outcome.accepted, allowed));
        if (meant_ != Meant::at_most && !on_loopback) {
            object(Kind::too_narrow, conditions_.except(allowed, outcome.accepted));
        }
        if (meant_ == Meant::exactly && !on_loopback && result.empty()) {
            object(Kind::silent, conditions_.opposite(conditions_.either(outcome.accepted, outcome.rejected)));
        }
        return result;
    }

    const NftProgram& program_;
    const PolicyTraffic& policy_;
    Meant meant_;
    PortTable& ports_;
    Conditions& conditions_;
    std::vector<const AddressLine*> lines_;
    std::unordered_map<std::vector<std::uint32_t>, Column, ValuesHash> columns_;
    std::unordered_map<std::vector<bool>, Judgement> points_;
};

std::string text_of(policy::Family family, const Interval& addresses) {
    if (addresses.first == Number{} && addresses.last == last_address(family)) {
        return family == policy::Family::ipv4 ? "every IPv4 address" : "every IPv6 address";
    }
    const std::string first = to_text(address_of(family, addresses.first));
    return addresses.first == addresses.last ? first : first + "-" + to_text(address_of(family, addresses.last));
}

std::string text_of(const PortRanges& ports) {
    if (ports.size() == 1 && ports.front() == policy::PortRange{1, 65535}) {
        return "any port";
    }
    constexpr std::size_t most = 4;
    std::string text = "port";
    for (std::size_t i = 0; i < ports.size() && i < most; ++i) {
        text += " " + std::to_string(ports[i].first);
        text += ports[i].first == ports[i].last ? "" : "-" + std::to_string(ports[i].last);
    }
    return ports.size() > most ? text + " and others" : text;
}

std::string more(std::size_t others) {
    return others == 0 ? "" : others == 1 ? " (and one other range)" : " (and " + std::to_string(others) + " other ranges)";
}

}  // namespace

void compare_traffic(const NftProgram& program, const PolicyTraffic& policy, Meant meant, const PacketKind& packets,
                     const PacketWords& words, PortTable& ports, Conditions& conditions, const std::string& file,
                     Findings& findings) {
    const bool has_ports = packets.protocol == 6 || packets.protocol == 17;
    const bool is_inbound = packets.hook == Hook::input;
    for (const auto& [difference, stretches] : Comparison(program, policy, meant, ports, conditions).run(packets.family)) {
        const Interval& region = stretches.front();
        std::string message = words.protocol + (is_inbound ? " from " : " to ") + text_of(packets.family, region);
        message += has_ports ? (is_inbound ? " to " : " ") + text_of(difference.ports) : "";
        message += words.condition;
        switch (difference.kind) {
            case Kind::too_wide:
                message +=
                    is_inbound ? " gets in, and the policy does not let it in" : " gets out, and the policy does not allow it";
                break;
            case Kind::too_narrow:
                message += meant == Meant::everything ? " does not pass, and has to"
                           : is_inbound               ? " does not get in, and the policy publishes it"
                                                      : " does not get out, and the policy allows it";
                break;
            case Kind::silent:
                message += " is dropped without an answer, and has to be rejected";
                break;
        }
        for (std::size_t i = 0; i < difference.answers.size(); ++i) {
            message += (i == 0 ? ", where " : " and ") + difference.answers[i];
        }
        const policy::Address address = address_of(packets.family, region.first);
        const std::uint16_t port = difference.ports.front().first;
        findings.push_back({file, "", message + more(stretches.size() - 1),
                            words.protocol + " " + (has_ports ? to_text(policy::Endpoint{address, port}) : to_text(address))});
    }
}

}  // namespace sbx::verify
