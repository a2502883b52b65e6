// What is meant for each kind of packets, from section 5 of the language reference; see the header.
#include "compiler/verify/compare_packet_filter.hpp"

#include "compiler/verify/packet_kinds.hpp"
#include "runtime/artifact_format.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace sbx::verify {
namespace {

constexpr std::array both_families = {policy::Family::ipv4, policy::Family::ipv6};
/// A new connection first: what is wrong with it says most.
constexpr std::array states = {state_new, state_untracked, state_related, state_invalid, state_established};
/// One mistake can show in many kinds of packets; the first say enough.
constexpr std::size_t most_findings = 40;
constexpr std::array interfaces = {interface_outside, interface_other, interface_loopback};

class FilterComparison {
public:
    FilterComparison(const NftRuleset& ruleset, std::size_t files, const policy::Network& network, const std::string& file,
                     Findings& findings)
        : ruleset_(ruleset),
          files_(files),
          network_(network),
          file_(file),
          findings_(findings),
          source_(ruleset, network, ports_, conditions_),
          mentioned_(mentioned_in(ruleset, network)) {}

    void run() {
        check_policies();
        check_launch_sets();
        if (!findings_.empty()) {
            return;
        }
        for (const policy::Family family : both_families) {
            for (const std::uint64_t state : states) {
                for (const std::uint64_t interface : interfaces) {
                    PacketKind out{Hook::output, family};
                    out.state = state;
                    out.out = interface;
                    each(out, [&](const PacketKind& packets) { compare_output(packets); });
                    PacketKind in{Hook::input, family};
                    in.state = state;
                    in.in = interface;
                    each(in, [&](const PacketKind& packets) { compare_input(packets); });
                    compare_forward(family, state, interface);
                }
            }
            compare_source_routes(family);
        }
    }

private:
    template <class Compare>
    void each(const PacketKind& base, Compare compare_one) {
        for (const PacketKind& packets : variants(base, mentioned_)) {
            compare_one(packets);
        }
    }

    void object(const std::string& message, const std::string& witness) { findings_.push_back({file_, "", message, witness}); }

    void check_policies() {
        for (const char* hook : {"input", "forward", "output"}) {
            const NftChain* const chain = ruleset_.on_hook(hook);
            if (chain == nullptr) {
                object("no chain is on the hook " + named(hook) + ": all its packets pass", hook);
            } else if (!chain->drops) {
                object("the chain on the hook " + named(hook) + " is without `policy drop`: what no rule decides passes", hook);
            }
        }
    }

    void check_launch_sets() {
        for (const auto& [name, meant] : launch_sets(network_)) {
            const auto found = ruleset_.sets().find(name);
            if (found == ruleset_.sets().end()) {
                object("the set " + named(name) + ", which a launch fills, is missing", name);
            } else if (found->second.types != std::vector{meant.type}) {
                object("the set " + named(name) + ", which a launch fills, is of another type", name);
            } else if (!found->second.elements.empty()) {
                object("the set " + named(name) + ", which a launch fills, is not empty", name);
            }
        }
    }

    void compare_output(const PacketKind& packets) {
        if (packets.out == interface_loopback) {
            if (packets.state == state_new || packets.state == state_established) {
                compare(packets, nothing_, "all", Meant::everything);
            }
        } else if (packets.state == state_established) {
            compare_reply(packets);
        } else if (const auto protocol = policy_protocol(packets)) {
            const bool is_alien = packets.protocol == (packets.family == policy::Family::ipv4 ? protocol_icmpv6 : protocol_icmp);
            const bool exact = packets.state == state_new && packets.out == interface_outside && !is_alien;
            compare_outward(packets, *protocol, exact ? Meant::exactly : Meant::at_most);
        } else if (is_neighbour_discovery(packets)) {
            if (packets.out == interface_outside && packets.state != state_related && packets.state != state_invalid &&
                uses_ipv6()) {
                compare(packets, nothing_, "all", Meant::everything);
            }
        } else if (!is_router_discovery(packets) && !(is_icmp_error(packets) && packets.state == state_related)) {
            compare_outward(packets, std::nullopt, Meant::at_most);
        }
    }

    /// With nothing published all replies that leave answer what the sandbox has asked for itself.
    void compare_reply(const PacketKind& packets) {
        const auto is_answer = [&](const policy::Publication& publication) {
            const auto* const port = std::get_if<std::uint16_t>(&publication.port);
            return policy_protocol(packets) == publication.protocol && packets.family == publication.on.family &&
                   (port == nullptr || *port == packets.source_port);
        };
        if (packets.out == interface_outside && std::any_of(network_.published.begin(), network_.published.end(), is_answer)) {
            compare(packets, nothing_, "all", Meant::everything);
        }
    }

    void compare_input(const PacketKind& packets) {
        const bool is_ordinary = packets.state == state_new || packets.state == state_established;
        const auto protocol = policy_protocol(packets);
        if (packets.in == interface_loopback) {
            if (is_ordinary) {
                compare(packets, nothing_, "all", Meant::everything);
            }
        } else if (packets.state == state_established) {
            if (packets.in == interface_outside && has_answers(is_echo_reply(packets) ? policy::Protocol::icmp : protocol)) {
                compare(packets, nothing_, "all", Meant::everything);
            }
        } else if (is_neighbour_discovery(packets)) {
            if (packets.in == interface_outside && packets.state != state_related && packets.state != state_invalid &&
                uses_ipv6()) {
                compare(packets, nothing_, "all", Meant::everything);
            }
        } else if (is_too_big(packets) && packets.state == state_related && packets.in == interface_outside) {
            compare(packets, nothing_, "all", Meant::everything);
        } else if (!is_router_discovery(packets) && !(is_icmp_error(packets) && packets.state == state_related)) {
            const bool exact = packets.state == state_new && packets.in == interface_outside;
            compare_inward(packets, protocol, exact ? Meant::exactly_in : Meant::at_most);
        }
    }

    void compare_forward(policy::Family family, std::uint64_t state, std::uint64_t in) {
        for (const std::uint64_t out : interfaces) {
            PacketKind base{Hook::forward, family};
            base.state = state;
            base.in = in;
            base.out = out;
            each(base, [&](const PacketKind& packets) { compare(packets, nothing_, "none", Meant::at_most); });
        }
    }

    void compare_source_routes(policy::Family family) {
        PacketKind base{Hook::output, family};
        const bool is_short = family == policy::Family::ipv4;
        for (const bool loose : is_short ? std::vector{true, false} : std::vector{true}) {
            base.loose_source_route = is_short && loose;
            base.strict_source_route = is_short && !loose;
            base.routing_type = is_short ? std::nullopt : std::optional<std::uint64_t>(0);
            each(base, [&](const PacketKind& packets) {
                if (policy_protocol(packets)) {
                    compare(packets, nothing_, "none", Meant::at_most);
                }
            });
        }
    }

    void compare_outward(const PacketKind& packets, std::optional<policy::Protocol> protocol, Meant meant) {
        const bool from_resolver = packets.source_port == format::resolver_query_port && packets.protocol == protocol_udp;
        const std::string key = !protocol ? "none" : std::string(to_text(*protocol)) + (from_resolver ? " from the resolver" : "");
        const auto [found, is_new] = policies_.try_emplace({packets.family, key});
        if (is_new && protocol) {
            found->second = PolicyTraffic(network_, packets.family, *protocol, from_resolver, literal_lines_, ports_, conditions_);
        }
        compare(packets, found->second, key, meant);
        if (meant == Meant::exactly && files_ > 1) {
            compare_closed(packets);
        }
    }

    void compare_inward(const PacketKind& packets, std::optional<policy::Protocol> protocol, Meant meant) {
        const bool published = protocol && policy::has_ports(*protocol);
        const std::string key = published ? "published " + std::string(to_text(*protocol)) : "none";
        const auto [found, is_new] = policies_.try_emplace({packets.family, key});
        if (is_new && published) {
            found->second = PolicyTraffic(network_, packets.family, *protocol, ports_, conditions_);
        }
        compare(packets, found->second, key, meant);
    }

    void compare(const PacketKind& packets, const PolicyTraffic& policy, const std::string& key, Meant meant) {
        NftProgram program(source_, packets);
        const auto is_seen = [&](const Seen& seen) {
            const bool covers = seen.meant == meant || (meant == Meant::at_most && seen.meant != Meant::everything);
            // Where nothing differs, nothing will for packets of another protocol that meet the same with the same meaning.
            return covers && seen.family == packets.family && seen.hook == packets.hook && (seen.key == key || seen.is_clean) &&
                   seen.program == program && (seen.key == key || seen.policy->says_the_same(policy));
        };
        if (std::any_of(seen_.begin(), seen_.end(), is_seen)) {
            return;
        }
        const std::size_t before = findings_.size();
        compare_traffic(program, policy, meant, packets, words_for(packets), ports_, conditions_, file_, findings_);
        seen_.push_back({packets.family, packets.hook, key, meant, &policy, findings_.size() == before, std::move(program)});
    }

    /// Whatever is in the sets: nothing may leave while the last file is not loaded.
    void compare_closed(const PacketKind& packets) {
        const NftProgram program(source_, packets, files_ - 1);
        std::vector<Condition> unknown;
        for (std::size_t i = 0; i < program.lines().size(); ++i) {
            unknown.push_back(conditions_.question("the packet is in set " + std::to_string(i)));
        }
        if (program.run(conditions_, unknown).accepted != holds_never) {
            const PacketWords words = words_for(packets);
            object(words.protocol + words.condition + " can leave before " + named(format::filter_last) + " is loaded",
                   words.protocol);
        }
    }

    [[nodiscard]] bool uses_ipv6() const {
        const auto has_ipv6 = [](const auto& entry) { return entry.second.back().addresses.first.family == policy::Family::ipv6; };
        const auto& reaches = network_.allowed.reaches();
        return std::any_of(reaches.begin(), reaches.end(), has_ipv6);
    }

    /// Something of the protocol may leave or is published, so that more of the same connection has to come in.
    [[nodiscard]] bool has_answers(std::optional<policy::Protocol> protocol) const {
        const auto is_it = [&](const auto& rule) { return rule.protocol == protocol; };
        const auto names_it = [&](const auto& entry) { return protocol && entry.second.contains(*protocol); };
        return protocol && *protocol != policy::Protocol::other &&
               (network_.allowed.reaches().contains(*protocol) ||
                std::any_of(network_.symbolic_allowed.begin(), network_.symbolic_allowed.end(), is_it) ||
                std::any_of(network_.published.begin(), network_.published.end(), is_it) ||
                std::any_of(network_.names.begin(), network_.names.end(), names_it));
    }

    struct Seen {
        policy::Family family;
        Hook hook;
        std::string key;
        Meant meant;
        const PolicyTraffic* policy;
        bool is_clean;  ///< nothing differs
        NftProgram program;
    };

    const NftRuleset& ruleset_;
    std::size_t files_;
    const policy::Network& network_;
    const std::string& file_;
    Findings& findings_;
    PortTable ports_;
    Conditions conditions_;
    NftSource source_;
    Mentioned mentioned_;
    LiteralLines literal_lines_;
    PolicyTraffic nothing_;
    std::map<std::pair<policy::Family, std::string>, PolicyTraffic> policies_;
    std::vector<Seen> seen_;
};

}  // namespace

void compare_packet_filter(const NftRuleset& ruleset, std::size_t files, const policy::Network& network, const std::string& file,
                           Findings& findings) {
    Findings found;
    FilterComparison(ruleset, files, network, file, found).run();
    const std::size_t shown = std::min(found.size(), most_findings);
    std::move(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(shown), std::back_inserter(findings));
    if (found.size() > shown) {
        findings.push_back({file, "", "there are " + std::to_string(found.size() - shown) + " more differences", ""});
    }
}

}  // namespace sbx::verify
