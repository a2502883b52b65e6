// Which packets: protocols, addresses and ports as sets. Equal sets are equal values. What stands for a launch parameter is kept
// apart, as a rule of its own, because what it covers is known at launch only.
#pragma once

#include "compiler/policy/address_set.hpp"
#include "grammar/source_file.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace sbx::policy {

/// `icmp` is echo, of both families. `other` is every protocol without a word of its own: only `any` covers it.
enum class Protocol : std::uint8_t { tcp, udp, icmp, other };
inline constexpr std::array<Protocol, 4> all_protocols{Protocol::tcp, Protocol::udp, Protocol::icmp, Protocol::other};
[[nodiscard]] std::string_view to_text(Protocol protocol);
/// tcp and udp.
[[nodiscard]] bool has_ports(Protocol protocol);

/// Inclusive; 1 <= first <= last.
struct PortRange {
    std::uint16_t first = 1;
    std::uint16_t last = 65535;
    friend auto operator<=>(const PortRange&, const PortRange&) = default;
};
/// Sorted, disjoint, adjacent ranges joined.
class PortSet {
public:
    static PortSet all();
    void add(const PortRange& range);
    [[nodiscard]] bool contains(std::uint16_t port) const;
    [[nodiscard]] bool empty() const { return ranges_.empty(); }
    [[nodiscard]] const std::vector<PortRange>& ranges() const { return ranges_; }
    [[nodiscard]] PortSet united(const PortSet& other) const;
    [[nodiscard]] PortSet without(const PortSet& other) const;
    [[nodiscard]] PortSet common(const PortSet& other) const;
    friend auto operator<=>(const PortSet&, const PortSet&) = default;

private:
    std::vector<PortRange> ranges_;
};

/// What can be reached at each address of a range. `ports` is PortSet::all() for a protocol that has none.
struct Reach {
    AddressRange addresses;
    PortSet ports;
    friend bool operator==(const Reach&, const Reach&) = default;
};

/// Some addresses of one protocol.
struct TrafficRule {
    Protocol protocol = Protocol::tcp;
    AddressSet addresses;
    PortSet ports;  ///< PortSet::all() for a protocol that has none
};

/// A set of (protocol, address, port). Per protocol: sorted by address, disjoint, no empty port set, adjacent ranges of equal ports
/// joined. Building from n rules takes n log n, adding one of them n.
class Traffic {
public:
    [[nodiscard]] static Traffic of(const std::vector<TrafficRule>& rules);
    void add(Protocol protocol, const AddressSet& addresses, const PortSet& ports);
    [[nodiscard]] Traffic united(const Traffic& other) const;
    [[nodiscard]] Traffic without(const Traffic& other) const;
    [[nodiscard]] Traffic common(const Traffic& other) const;
    /// `port` is ignored for a protocol that has none.
    [[nodiscard]] bool contains(Protocol protocol, const Address& address, std::uint16_t port) const;
    [[nodiscard]] bool empty() const { return reaches_.empty(); }
    /// Nothing for a protocol of which nothing is in the set.
    [[nodiscard]] const std::map<Protocol, std::vector<Reach>>& reaches() const { return reaches_; }
    friend bool operator==(const Traffic&, const Traffic&) = default;

private:
    std::map<Protocol, std::vector<Reach>> reaches_;
};

/// A launch parameter by name.
struct ParameterName {
    std::string name;
    friend auto operator<=>(const ParameterName&, const ParameterName&) = default;
};
/// Literal ports and parameters of type port. Both empty: none.
struct Ports {
    PortSet literal;
    std::set<std::string> parameters;
    [[nodiscard]] bool empty() const { return literal.empty() && parameters.empty(); }
    friend auto operator<=>(const Ports&, const Ports&) = default;
};
using NamedPorts = std::map<Protocol, Ports>;

/// An `allow` or `deny` that depends on a parameter: for its addresses, its ports or both.
struct SymbolicRule {
    Protocol protocol = Protocol::tcp;
    std::variant<AddressSet, ParameterName> to;
    Ports ports;  ///< literal PortSet::all() for a protocol that has none
    friend auto operator<=>(const SymbolicRule&, const SymbolicRule&) = default;
};

enum class NetworkStatement : std::uint8_t { allow, deny, resolver, unblock, publish };
/// One statement of a network block, spelled out: for origins, never compared.
struct NetworkRule {
    NetworkStatement statement = NetworkStatement::allow;
    bool allows = false;  ///< it lets packets out: `allow`, and `resolver` where no names are allowed
    std::set<Protocol> protocols;
    AddressSet addresses;  ///< literal part; of `publish`: where the host reaches the port
    std::set<std::string> address_parameters;
    std::set<std::string> names;  ///< of `to host`
    Ports ports;                  ///< of `unblock`: those of the host
    std::string reason;           ///< of `unblock`
    Origin origin;
};

}  // namespace sbx::policy
