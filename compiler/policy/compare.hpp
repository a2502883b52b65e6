// How two policies relate: who allows more, where they differ, and which statements say so. Exact, and for every value of every
// launch parameter: parameters of one name have one value on both sides. Works on normal forms alone, so spelling, order and
// files play no part.
//
// What is compared is privilege. In the filesystem: nothing = masked < private and read-only < private and writable < the host's
// tree read-only < the host's tree writable, with devices, sockets, procfs and execution apart from it; so a private directory in
// place of the host's is less, though the program may write to it. Network: off < filtered < host. Limits: smaller is less, no
// limit is most. Environment: the values that a program can be given. Process: each switch its own order. System calls and socket
// families: set inclusion.
#pragma once

#include "compiler/policy/policy.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sbx::policy {

/// Of the second policy to the first: it allows as much, less, more, or some more and some less.
enum class Relation : std::uint8_t { equivalent, narrower, wider, incomparable };
[[nodiscard]] std::string_view to_text(Relation relation);
/// Of a whole, from those of its parts.
[[nodiscard]] Relation joined(Relation a, Relation b);
/// The relation from "the second is at most the first" and "the first is at most the second".
[[nodiscard]] Relation relation_of(bool second_is_within, bool first_is_within);

/// `launch`: parameters, and what the host must offer. `syscalls`: system calls and socket families.
enum class Domain : std::uint8_t { launch, filesystem, network, limits, environment, process, syscalls };
inline constexpr std::array<Domain, 7> all_domains{Domain::launch,      Domain::filesystem, Domain::network, Domain::limits,
                                                   Domain::environment, Domain::process,    Domain::syscalls};
[[nodiscard]] std::string_view to_text(Domain domain);

/// What one policy says of a region.
struct RegionSide {
    std::string words;      ///< `read-only`, `not there`, `512`
    std::string statement;  ///< the deciding one, in the language; empty for what no statement says
    Origin origin;          ///< and its place, where it is known
    friend bool operator==(const RegionSide& a, const RegionSide& b) { return a.words == b.words && a.statement == b.statement; }
};
/// A place inside a region that the region's words are not true of.
struct RegionException {
    std::string place;
    std::string words;  ///< `still hidden`, `listed on its own`
    friend bool operator==(const RegionException&, const RegionException&) = default;
};

/// One difference. In the filesystem everything at and below a path, but for the exceptions.
struct Region {
    Domain domain{};
    Relation relation{};    ///< equivalent: a difference that allows neither more nor less
    std::string subject;    ///< `/etc/ssl`, `open-files`, `LANG`
    std::string condition;  ///< for which values of a parameter; empty: for all
    RegionSide before;
    RegionSide after;
    std::vector<RegionException> exceptions;
    std::string claim;               ///< of the second policy: `can write /etc/ssl, which was read-only`
    std::string witness;             ///< something concrete that the two decide differently: `write /etc/ssl`
    std::optional<Request> request;  ///< the same for decide(), whose verdict, view or node is another on each side
    unsigned weight = 0;             ///< how much a reviewer cares

    /// Whether the witness says more than the statements do.
    [[nodiscard]] bool adds_witness() const {
        return !witness.empty() && witness != subject && witness != before.statement && witness != after.statement;
    }
};

struct Comparison {
    Relation overall = Relation::equivalent;
    std::array<Relation, all_domains.size()> domains{};
    std::vector<Region> regions;                                 ///< by domain; parents before children
    std::vector<std::pair<std::string, std::string>> renamed{};  ///< parameters: the name before, and after

    [[nodiscard]] Relation of(Domain domain) const { return domains.at(static_cast<std::size_t>(domain)); }
};

/// No region exactly if the two are equal. O(n log n) in the number of statements.
[[nodiscard]] Comparison compare(const Policy& before, const Policy& after);

/// The claim with its condition: what the second policy does. Without a subject.
[[nodiscard]] std::string sentence(const Region& region);
/// One true sentence, without a full stop: `NEW allows more than OLD: it can write /etc/ssl, which was read-only`. The names are
/// those of the two policies.
[[nodiscard]] std::string summary(const Comparison& comparison, std::string_view before, std::string_view after);
/// The region in which the second policy allows something that the first does not, the gravest one; null where it is within.
[[nodiscard]] const Region* gravest_excess(const Comparison& comparison);

}  // namespace sbx::policy
