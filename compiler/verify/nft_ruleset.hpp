// A packet filter as nft(8) understands it: the part of the language that can be judged here, from text or from nft's own JSON.
// Values are numbers; what a value is the number of, its field says.
#pragma once

#include "compiler/policy/address_set.hpp"
#include "compiler/verify/finding.hpp"

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::verify {

/// Wide enough for an IPv6 address.
struct Number {
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    friend auto operator<=>(const Number&, const Number&) = default;
};
[[nodiscard]] Number number_of(const policy::Address& address);
[[nodiscard]] policy::Address address_of(policy::Family family, const Number& number);

/// Inclusive.
struct Interval {
    Number first;
    Number last;
    friend bool operator==(const Interval&, const Interval&) = default;
};

enum class NftField : std::uint8_t {
    nfproto,
    l4proto,
    iifname,
    oifname,
    ip_saddr,
    ip_daddr,
    ip6_saddr,
    ip6_daddr,
    tcp_sport,
    tcp_dport,
    udp_sport,
    udp_dport,
    th_sport,  ///< of any protocol: the first two bytes of its header
    th_dport,
    icmp_type,
    icmpv6_type,
    ct_state,
    loose_source_route,   ///< `ip option lsrr`: there or not
    strict_source_route,  ///< `ip option ssrr`
    routing_header,       ///< `exthdr rt`: there or not
    routing_type          ///< `rt type`
};
/// The type of a field, or of a part of a set's elements.
enum class NftType : std::uint8_t {
    family,
    protocol,
    interface,
    ipv4,
    ipv6,
    port,
    icmp_type,
    icmpv6_type,
    state,
    presence,
    number
};

/// `ip`, `daddr`: as both forms of the language name a field; nullopt if it is none that can be judged.
[[nodiscard]] std::optional<NftField> find_nft_field(std::string_view protocol, std::string_view name);
[[nodiscard]] NftType type_of(NftField field);
/// As after `type` in a set; nullopt if it is none that a set can have here.
[[nodiscard]] std::optional<NftType> find_nft_type(std::string_view name);
/// `10.0.0.0/8`, `443`, `1-9`, `echo-request`, `established`. Malformed if it is no value of that type: a name that nft would look
/// up (of a host, a service) is none.
[[nodiscard]] Interval read_nft_value(NftType type, std::string_view text);

/// Connection states; one packet is in one.
inline constexpr std::uint64_t state_invalid = 1;
inline constexpr std::uint64_t state_established = 2;
inline constexpr std::uint64_t state_related = 4;
inline constexpr std::uint64_t state_new = 8;
inline constexpr std::uint64_t state_untracked = 64;
/// Interfaces have no numbers yet when a filter is loaded; these stand for their names.
inline constexpr std::uint64_t interface_loopback = 1;
inline constexpr std::uint64_t interface_outside = 2;  ///< format::filter_interface
inline constexpr std::uint64_t interface_other = 3;    ///< no rule can name it

/// One element: one value, or two that are concatenated.
struct NftElement {
    Interval value;
    Interval second;
    friend bool operator==(const NftElement&, const NftElement&) = default;
};
struct NftSet {
    std::vector<NftType> types;  ///< one or two
    bool interval = false;
    std::vector<NftElement> elements;
};
/// `ip daddr . tcp dport @set`, `ct state { established, related }`.
struct NftMatch {
    std::vector<NftField> fields;  ///< one or two
    bool negated = false;
    std::string set;                   ///< by name; empty where the values stand in the rule
    std::vector<NftElement> elements;  ///< one of these
};
enum class NftVerdict : std::uint8_t { none, accept, drop, reject, jump, go_to, leave };
struct NftRule {
    std::vector<NftMatch> matches;  ///< all of these
    NftVerdict verdict = NftVerdict::none;
    std::string target;  ///< of jump and goto
    std::size_t file = 0;
    std::string place;
};
struct NftChain {
    std::string hook;  ///< empty for a chain that is only jumped to
    bool drops = false;
    std::vector<NftRule> rules;
};

/// A set whose elements are not intervals takes no others; Malformed if it has got one, from the given one on.
void check_nft_elements(const NftSet& set, std::size_t from);

/// One `table inet sbx`. What is added is checked against what is there, as nft does; Malformed where it does not fit.
class NftRuleset {
public:
    void add_table(std::string_view family, std::string_view name);
    void add_set(const std::string& name, NftSet set);
    /// Must be there.
    [[nodiscard]] NftSet& set(std::string_view name);
    [[nodiscard]] NftChain& chain(const std::string& name);
    void add_chain(const std::string& name, NftChain chain);
    void add_rule(const std::string& chain, NftRule rule);
    /// A base chain; nullptr if there is none on that hook. Two on one hook are Malformed.
    [[nodiscard]] const NftChain* on_hook(std::string_view hook) const;

    [[nodiscard]] const std::map<std::string, NftSet, std::less<>>& sets() const { return sets_; }
    [[nodiscard]] const std::map<std::string, NftChain>& chains() const { return chains_; }

private:
    bool has_table_ = false;
    std::map<std::string, NftSet, std::less<>> sets_;
    std::map<std::string, NftChain> chains_;
};

}  // namespace sbx::verify
