// Looks up the statements behind each element. See the header.
#include "compiler/plan/literal_traffic.hpp"

#include "compiler/plan/statement_index.hpp"

#include <algorithm>

namespace sbx::plan {
namespace {

/// What decides about the elements of one protocol, and where they are.
struct Source {
    bool with_ports = false;
    policy::Reaches reaches;
    std::vector<const policy::NetworkRule*> statements;
    std::size_t index = 0;

    [[nodiscard]] bool says_as_much_as(const Source& other) const {
        return with_ports == other.with_ports && reaches.is_same(other.reaches) && statements == other.statements;
    }
};

std::vector<FilterElement> elements_of(const Source& source, policy::Family family) {
    const auto is_before = [family](const policy::Reach& reach) { return reach.addresses.first.family < family; };
    const auto is_in = [family](const policy::Reach& reach) { return reach.addresses.first.family <= family; };
    const auto begin = std::partition_point(source.reaches.begin(), source.reaches.end(), is_before);
    const auto end = std::partition_point(begin, source.reaches.end(), is_in);
    std::vector<FilterElement> elements;
    if (begin == end) {
        return elements;
    }
    elements.reserve(static_cast<std::size_t>(end - begin));
    StatementIndex statements(source.statements, source.with_ports);
    for (auto reach = begin; reach != end; ++reach) {
        statements.move_to(reach->addresses);
        for (const policy::PortRange& ports : reach->ports.ranges()) {
            elements.push_back({reach->addresses, ports, statements.origins(ports)});
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
    std::vector<Source> sources;
    for (const auto& [protocol, reaches] : traffic.reaches()) {
        Source source{policy::has_ports(protocol), reaches, statements_about(rules, allows, protocol), 0};
        const auto known =
            std::find_if(sources.begin(), sources.end(), [&](const Source& each) { return each.says_as_much_as(source); });
        if (known != sources.end()) {
            all[known->index].protocols.push_back(protocol);
            continue;
        }
        std::vector<FilterElement> elements = elements_of(source, family);
        if (elements.empty()) {
            continue;
        }
        const auto same = std::find_if(all.begin(), all.end(), [&](const LiteralTraffic& each) {
            return policy::has_ports(each.protocols.front()) == source.with_ports && says_the_same(each.elements, elements);
        });
        source.index = static_cast<std::size_t>(same - all.begin());
        if (same != all.end()) {
            same->protocols.push_back(protocol);
        } else {
            all.push_back({{protocol}, std::move(elements)});
        }
        sources.push_back(std::move(source));
    }
    return all;
}

}  // namespace sbx::plan
