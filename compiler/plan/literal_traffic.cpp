// Looks up the statements behind each element. See the header.
#include "compiler/plan/literal_traffic.hpp"

#include "compiler/plan/statement_index.hpp"

#include <algorithm>

namespace sbx::plan {
namespace {

std::vector<FilterElement> elements_of(const std::vector<policy::Reach>& reaches, StatementIndex statements,
                                       policy::Family family) {
    std::vector<FilterElement> elements;
    for (const policy::Reach& reach : reaches) {
        if (reach.addresses.first.family != family) {
            continue;
        }
        statements.move_to(reach.addresses);
        for (const policy::PortRange& ports : reach.ports.ranges()) {
            elements.push_back({reach.addresses, ports, statements.origins(ports)});
        }
    }
    return elements;
}

bool is_same_place(const Origin& a, const Origin& b) {
    return a.file == b.file && a.span.begin == b.span.begin;
}

/// By the same statements too, which the comments in a set name.
bool says_the_same(const std::vector<FilterElement>& a, const std::vector<FilterElement>& b) {
    return a == b && std::equal(a.begin(), a.end(), b.begin(), [](const FilterElement& one, const FilterElement& other) {
               return std::equal(one.origins.begin(), one.origins.end(), other.origins.begin(), other.origins.end(), is_same_place);
           });
}

}  // namespace

std::vector<LiteralTraffic> literal_traffic(const std::vector<policy::NetworkRule>& rules, const policy::Traffic& traffic,
                                            policy::Family family, bool allows) {
    std::vector<LiteralTraffic> all;
    for (const auto& [protocol, reaches] : traffic.reaches()) {
        std::vector<FilterElement> elements = elements_of(reaches, StatementIndex(rules, allows, protocol), family);
        const auto same = std::find_if(all.begin(), all.end(), [&, with_ports = policy::has_ports(protocol)](const auto& each) {
            return policy::has_ports(each.protocols.front()) == with_ports && says_the_same(each.elements, elements);
        });
        if (same != all.end()) {
            same->protocols.push_back(protocol);
        } else if (!elements.empty()) {
            all.push_back({{protocol}, std::move(elements)});
        }
    }
    return all;
}

}  // namespace sbx::plan
