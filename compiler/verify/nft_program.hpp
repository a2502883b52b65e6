// What one hook does with packets that differ in their far address and port alone: the rules of its chain that such packets meet,
// in order, each with the sets that they are looked up in. Everything else about the packets is fixed.
#pragma once

#include "compiler/verify/address_line.hpp"
#include "compiler/verify/conditions.hpp"
#include "compiler/verify/launch_sets.hpp"
#include "compiler/verify/nft_ruleset.hpp"

#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace sbx::verify {

enum class Hook : std::uint8_t { input, forward, output };

struct PacketKind {
    Hook hook = Hook::output;
    policy::Family family = policy::Family::ipv4;
    std::uint64_t protocol = 6;
    std::uint64_t state = state_new;
    std::uint64_t in = interface_outside;   ///< on input and forward
    std::uint64_t out = interface_outside;  ///< on output and forward
    std::uint16_t source_port = 40000;
    std::uint64_t icmp_type = 0;
    bool loose_source_route = false;
    bool strict_source_route = false;
    std::optional<std::uint64_t> routing_type = std::nullopt;  ///< of an IPv6 routing header
};

/// A ruleset with its literal sets as lines, made once for all kinds of packets.
class NftSource {
public:
    NftSource(const NftRuleset& ruleset, const policy::Network& network, PortTable& ports, Conditions& conditions);

    [[nodiscard]] const NftRuleset& ruleset() const { return ruleset_; }
    [[nodiscard]] Conditions& conditions() const { return conditions_; }
    [[nodiscard]] const LaunchSet* launch_set(const std::string& name) const;
    /// Of a match on an address, a port, or both.
    const AddressLine& line(const NftMatch& match, policy::Family family);

private:
    const NftRuleset& ruleset_;
    PortTable& ports_;
    Conditions& conditions_;
    std::map<std::string, LaunchSet, std::less<>> launch_sets_;
    std::map<const void*, std::unique_ptr<AddressLine>> lines_;
};

struct Outcome {
    Condition accepted = holds_never;
    Condition rejected = holds_never;  ///< the rest is dropped
};

class NftProgram {
public:
    /// Of the rules of the first `files` files alone. Malformed where the hook has no chain.
    NftProgram(NftSource& source, const PacketKind& packets, std::size_t files = std::numeric_limits<std::size_t>::max());

    [[nodiscard]] const std::vector<const AddressLine*>& lines() const { return lines_; }
    /// `holds`: for each of lines(), whether the packet is in it.
    [[nodiscard]] Outcome run(Conditions& conditions, const std::vector<Condition>& holds) const;
    friend bool operator==(const NftProgram&, const NftProgram&) = default;

private:
    static constexpr std::size_t no_line = std::numeric_limits<std::size_t>::max();
    struct Term {
        std::size_t line = no_line;
        Condition question = holds_never;  ///< or this
        bool negated = false;
        friend bool operator==(const Term&, const Term&) = default;
    };
    struct Step {
        std::vector<Term> terms;
        NftVerdict verdict = NftVerdict::none;
        std::size_t target = 0;
        friend bool operator==(const Step&, const Step&) = default;
    };
    using Steps = std::vector<Step>;
    class Builder;

    struct Run;
    std::vector<Steps> chains_;
    std::vector<const AddressLine*> lines_;
    bool accepts_by_policy_ = false;
};

}  // namespace sbx::verify
