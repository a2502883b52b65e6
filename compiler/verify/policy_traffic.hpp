// What the policy lets packets of one kind reach, from section 5 of the language reference alone: by far address and port, and by
// the questions whose answers a launch brings. Knows nothing of rules, their order, or sets.
#pragma once

#include "compiler/policy/policy.hpp"
#include "compiler/verify/address_line.hpp"
#include "compiler/verify/conditions.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sbx::verify {

/// Lines that were made before: protocols that reach the same share a list, and so its line.
class LiteralLines {
public:
    std::shared_ptr<const AddressLine> of(const policy::Reaches& list, policy::Family family, PortTable& ports);

private:
    struct Made {
        policy::Reaches list;
        policy::Family family;
        std::shared_ptr<const AddressLine> line;
    };
    std::vector<Made> made_;
};

class PolicyTraffic {
public:
    /// What leaves. `from_resolver_port`: packets whose source port the sandbox's own resolver alone can have.
    PolicyTraffic(const policy::Network& network, policy::Family family, policy::Protocol protocol, bool from_resolver_port,
                  LiteralLines& known, PortTable& ports, Conditions& conditions);
    /// What comes in unasked: ports published on an address of the family.
    PolicyTraffic(const policy::Network& network, policy::Family family, policy::Protocol protocol, PortTable& ports,
                  Conditions& conditions);
    /// Nothing at all.
    PolicyTraffic() = default;

    [[nodiscard]] const std::vector<std::shared_ptr<const AddressLine>>& lines() const { return lines_; }
    /// `holds`: for each of lines(), whether the packet is in it.
    [[nodiscard]] Condition allowed(Conditions& conditions, const std::vector<Condition>& holds) const;
    /// The sandbox's own loopback, which no packet to the outside is meant for.
    [[nodiscard]] bool is_loopback(const std::vector<Condition>& holds) const;
    /// The same lines, asked in the same way.
    [[nodiscard]] bool says_the_same(const PolicyTraffic& other) const;

private:
    /// Addresses and ports together: each in a line, or as a question says.
    struct Clause {
        std::optional<std::size_t> where;
        std::optional<std::size_t> except;  ///< not at these addresses
        Condition asked_where = holds_never;
        std::optional<std::size_t> ports;
        Condition asked_ports = holds_never;
        friend bool operator==(const Clause&, const Clause&) = default;
    };
    class Builder;
    [[nodiscard]] static Condition value(const Clause& clause, Conditions& conditions, const std::vector<Condition>& holds);

    std::vector<std::shared_ptr<const AddressLine>> lines_;
    std::vector<Clause> allowed_;        ///< whatever else is denied, but for what the next lines say
    std::vector<Clause> allowed_later_;  ///< what parameters and names bring, which literal denials and the floor precede
    std::vector<Clause> denied_literally_;
    std::vector<Clause> denied_;
    std::optional<std::size_t> loopback_;
    std::optional<Clause> opened_on_host_;
    Condition host_ = holds_never;
    Condition gateway_ = holds_never;
};

}  // namespace sbx::verify
