// Which packets: protocols, addresses and ports as sets. Equal sets are equal values. What stands for a launch parameter is kept
// apart, as a rule of its own, because what it covers is known at launch only.
#pragma once

#include "compiler/policy/address_set.hpp"
#include "compiler/policy/protocol_set.hpp"
#include "grammar/source_file.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace sbx::policy {

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

/// Sorted by address, disjoint, no empty port set, adjacent ranges of equal ports joined. Copies share their entries.
class Reaches {
public:
    Reaches() = default;
    explicit Reaches(std::vector<Reach> list);
    [[nodiscard]] std::vector<Reach>::const_iterator begin() const { return entries().begin(); }
    [[nodiscard]] std::vector<Reach>::const_iterator end() const { return entries().end(); }
    [[nodiscard]] std::size_t size() const { return entries().size(); }
    [[nodiscard]] bool empty() const { return list_ == nullptr; }
    [[nodiscard]] const Reach& front() const { return entries().front(); }
    [[nodiscard]] const Reach& back() const { return entries().back(); }
    [[nodiscard]] const Reach& operator[](std::size_t index) const { return entries()[index]; }
    /// Whether they share them. What is not shared may be equal.
    [[nodiscard]] bool is_same(const Reaches& other) const { return list_ == other.list_; }
    friend bool operator==(const Reaches& a, const Reaches& b) { return a.is_same(b) || a.entries() == b.entries(); }

private:
    [[nodiscard]] const std::vector<Reach>& entries() const;

    std::shared_ptr<const std::vector<Reach>> list_;  ///< null if there are none
};

/// Some addresses of one protocol.
struct TrafficRule {
    Protocol protocol = Protocol::tcp;
    AddressSet addresses;
    PortSet ports;  ///< PortSet::all() for a protocol that has none
};

/// A set of (protocol, address, port). Protocols that reach the same share one list, and each operation is done once for what is
/// shared: `any` is four of them. Building from n rules takes n log n, adding one of them n.
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
    [[nodiscard]] const std::map<Protocol, Reaches>& reaches() const { return reaches_; }
    friend bool operator==(const Traffic&, const Traffic&) = default;

private:
    friend class TrafficBuilder;
    std::map<Protocol, Reaches> reaches_;
};

/// The traffic of many rules, without a copy of each.
class TrafficBuilder {
public:
    /// `ports` is about the protocols that have any.
    void add(ProtocolSet protocols, const AddressSet& addresses, const PortSet& ports);
    void add(ProtocolSet protocols, const AddressRange& addresses, const PortSet& ports);
    [[nodiscard]] Traffic take();

private:
    using Kind = std::pair<ProtocolSet, PortSet>;
    template <class Add>
    void for_kinds(ProtocolSet protocols, const PortSet& ports, Add add);

    std::map<Kind, std::vector<AddressRange>> ranges_;  ///< rules of one kind are one sort
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
    ProtocolSet protocols;
    AddressSet addresses;  ///< literal part; of `publish`: where the host reaches the port
    std::set<std::string> address_parameters;
    std::set<std::string> names;  ///< of `to host`
    Ports ports;                  ///< of `unblock`: those of the host
    std::string reason;           ///< of `unblock`
    Origin origin;
};

}  // namespace sbx::policy
