// Which rules a kind of packets meets: matches on what is fixed are decided here, as nft(8) describes them, with the conditions
// that nft puts before a match itself (`ip daddr` is of IPv4 packets alone). See the header.
#include "compiler/verify/nft_program.hpp"

#include <algorithm>

namespace sbx::verify {
namespace {

constexpr std::uint64_t icmp = 1;
constexpr std::uint64_t tcp = 6;
constexpr std::uint64_t udp = 17;
constexpr std::uint64_t icmpv6 = 58;
/// Jumps nest at most this deep, in the kernel too.
constexpr std::size_t deepest_jump = 16;

bool has_ports(std::uint64_t protocol) {
    return protocol == tcp || protocol == udp;
}

bool is_family(NftField field, policy::Family family) {
    switch (type_of(field)) {
        case NftType::ipv4:
        case NftType::icmp_type:
            return family == policy::Family::ipv4;
        case NftType::ipv6:
        case NftType::icmpv6_type:
        case NftType::number:
            return family == policy::Family::ipv6;
        case NftType::presence:
            return (family == policy::Family::ipv6) == (field == NftField::routing_header);
        case NftType::family:
        case NftType::protocol:
        case NftType::interface:
        case NftType::port:
        case NftType::state:
            break;
    }
    return true;
}

/// The packet has the field at all; without it the rule does not match, negated or not.
bool has_field(const PacketKind& packets, NftField field) {
    switch (field) {
        case NftField::tcp_sport:
        case NftField::tcp_dport:
            return packets.protocol == tcp;
        case NftField::udp_sport:
        case NftField::udp_dport:
            return packets.protocol == udp;
        case NftField::icmp_type:
            return packets.protocol == icmp && is_family(field, packets.family);
        case NftField::icmpv6_type:
            return packets.protocol == icmpv6 && is_family(field, packets.family);
        case NftField::routing_type:
            return packets.routing_type && is_family(field, packets.family);
        case NftField::iifname:
        case NftField::oifname:
            if (packets.hook == (field == NftField::iifname ? Hook::output : Hook::input)) {
                throw Malformed{"", "a rule asks for an interface that packets do not have on its hook"};
            }
            return true;
        case NftField::nfproto:
        case NftField::l4proto:
        case NftField::ip_saddr:
        case NftField::ip_daddr:
        case NftField::ip6_saddr:
        case NftField::ip6_daddr:
        case NftField::th_sport:
        case NftField::th_dport:
        case NftField::ct_state:
        case NftField::loose_source_route:
        case NftField::strict_source_route:
        case NftField::routing_header:
            break;
    }
    return is_family(field, packets.family);
}

/// The field's value; nullopt where it is what the packets differ in.
std::optional<std::uint64_t> fixed_value(const PacketKind& packets, NftField field) {
    switch (field) {
        case NftField::nfproto:
            return packets.family == policy::Family::ipv4 ? 2 : 10;
        case NftField::l4proto:
            return packets.protocol;
        case NftField::iifname:
            return packets.in;
        case NftField::oifname:
            return packets.out;
        case NftField::tcp_sport:
        case NftField::udp_sport:
            return packets.source_port;
        case NftField::th_sport:
            return has_ports(packets.protocol) ? std::optional<std::uint64_t>(packets.source_port) : std::nullopt;
        case NftField::icmp_type:
        case NftField::icmpv6_type:
            return packets.icmp_type;
        case NftField::ct_state:
            return packets.state;
        case NftField::loose_source_route:
            return packets.loose_source_route ? 1 : 0;
        case NftField::strict_source_route:
            return packets.strict_source_route ? 1 : 0;
        case NftField::routing_header:
            return packets.routing_type ? 1 : 0;
        case NftField::routing_type:
            return packets.routing_type;
        case NftField::ip_saddr:
        case NftField::ip_daddr:
        case NftField::ip6_saddr:
        case NftField::ip6_daddr:
        case NftField::tcp_dport:
        case NftField::udp_dport:
        case NftField::th_dport:
            break;
    }
    return std::nullopt;
}

bool is_far_address(const PacketKind& packets, NftField field) {
    const bool is_source = field == NftField::ip_saddr || field == NftField::ip6_saddr;
    const bool is_destination = field == NftField::ip_daddr || field == NftField::ip6_daddr;
    return packets.hook == Hook::input ? is_source : is_destination;
}
bool is_port(const PacketKind& packets, NftField field) {
    return field == NftField::tcp_dport || field == NftField::udp_dport ||
           (field == NftField::th_dport && has_ports(packets.protocol));
}

}  // namespace

class NftProgram::Builder {
public:
    Builder(NftProgram& program, NftSource& source, const PacketKind& packets, std::size_t files)
        : program_(program), source_(source), packets_(packets), files_(files) {}

    void build(const NftChain& chain) {
        program_.chains_.emplace_back();
        add_steps(0, chain, 0);
    }

private:
    void add_steps(std::size_t number, const NftChain& chain, std::size_t depth) {
        if (depth > deepest_jump) {
            throw Malformed{"", "chains jump to each other without an end"};
        }
        Steps steps;
        for (const NftRule& rule : chain.rules) {
            Step step;
            step.verdict = rule.verdict;
            if (rule.file >= files_ || rule.verdict == NftVerdict::none || !add_terms(rule, step)) {
                continue;
            }
            const bool goes_on = step.verdict == NftVerdict::jump || !step.terms.empty();
            if (step.verdict == NftVerdict::jump || step.verdict == NftVerdict::go_to) {
                step.target = program_.chains_.size();
                program_.chains_.emplace_back();
                const auto target = source_.ruleset().chains().find(rule.target);
                if (target == source_.ruleset().chains().end() || !target->second.hook.empty()) {
                    throw Malformed{rule.place, "there is no chain " + named(rule.target) + " to jump to"};
                }
                add_steps(step.target, target->second, depth + 1);
            }
            steps.push_back(std::move(step));
            if (!goes_on) {
                break;
            }
        }
        program_.chains_[number] = std::move(steps);
    }

    /// False if no packet of this kind meets the rule.
    bool add_terms(const NftRule& rule, Step& step) {
        for (const NftMatch& match : rule.matches) {
            const bool has_all =
                std::all_of(match.fields.begin(), match.fields.end(), [&](NftField field) { return has_field(packets_, field); });
            if (!has_all) {
                return false;
            }
            const auto value = match.fields.size() == 1 ? fixed_value(packets_, match.fields.front()) : std::nullopt;
            if (!value) {
                step.terms.push_back(term(rule, match));
            } else if (is_in(match, {0, *value}) == match.negated) {
                return false;
            }
        }
        return true;
    }

    [[nodiscard]] bool is_in(const NftMatch& match, const Number& value) const {
        if (!match.set.empty() && source_.launch_set(match.set) != nullptr) {
            throw Malformed{"",
                            "the set " + named(match.set) + ", which a launch fills, is asked for something else than it is for"};
        }
        const auto& elements = match.set.empty() ? match.elements : source_.ruleset().sets().find(match.set)->second.elements;
        return std::any_of(elements.begin(), elements.end(),
                           [&](const NftElement& element) { return element.value.first <= value && value <= element.value.last; });
    }

    Term term(const NftRule& rule, const NftMatch& match) {
        Term term;
        term.negated = match.negated;
        const bool is_judged = std::all_of(match.fields.begin(), match.fields.end(), [&](NftField field) {
            return is_far_address(packets_, field) || is_port(packets_, field);
        });
        if (!is_judged) {
            // What it asks is free: it can be so, and it can be otherwise.
            term.question = source_.conditions().question("what the rule of " + rule.place + " asks for is so");
            return term;
        }
        const LaunchSet* const filled = match.set.empty() ? nullptr : source_.launch_set(match.set);
        if (filled != nullptr) {
            term.question = source_.conditions().question(filled->question);
        }
        term.line = line_number(source_.line(match, packets_.family));
        return term;
    }

    std::size_t line_number(const AddressLine& line) {
        std::vector<const AddressLine*>& lines = program_.lines_;
        const auto found = std::find(lines.begin(), lines.end(), &line);
        if (found != lines.end()) {
            return static_cast<std::size_t>(found - lines.begin());
        }
        lines.push_back(&line);
        return lines.size() - 1;
    }

    NftProgram& program_;
    NftSource& source_;
    const PacketKind& packets_;
    std::size_t files_;
};

NftProgram::NftProgram(NftSource& source, const PacketKind& packets, std::size_t files) {
    const char* const hook = packets.hook == Hook::input ? "input" : packets.hook == Hook::forward ? "forward" : "output";
    const NftChain* const chain = source.ruleset().on_hook(hook);
    if (chain == nullptr) {
        throw Malformed{"", std::string("no chain is on the hook ") + named(hook) + ": all its packets pass"};
    }
    accepts_by_policy_ = !chain->drops;
    Builder(*this, source, packets, files).build(*chain);
}

}  // namespace sbx::verify
