// Literal sets of a ruleset as lines; see the header.
#include "compiler/verify/nft_program.hpp"

#include <algorithm>

namespace sbx::verify {
namespace {

constexpr policy::PortRange any_port{1, 65535};

/// nullopt for port 0 alone.
std::optional<policy::PortRange> port_range(const Interval& interval) {
    const auto first = static_cast<std::uint16_t>(std::max<std::uint64_t>(interval.first.low, 1));
    const auto last = static_cast<std::uint16_t>(interval.last.low);
    return last < first ? std::nullopt : std::optional(policy::PortRange{first, last});
}

bool is_port(NftField field) {
    return type_of(field) == NftType::port;
}

}  // namespace

NftSource::NftSource(const NftRuleset& ruleset, const policy::Network& network, PortTable& ports, Conditions& conditions)
    : ruleset_(ruleset), ports_(ports), conditions_(conditions), launch_sets_(launch_sets(network)) {}

const LaunchSet* NftSource::launch_set(const std::string& name) const {
    const auto found = launch_sets_.find(name);
    return found == launch_sets_.end() ? nullptr : &found->second;
}

const AddressLine& NftSource::line(const NftMatch& match, policy::Family family) {
    const NftSet* const set = match.set.empty() ? nullptr : &ruleset_.sets().find(match.set)->second;
    std::unique_ptr<AddressLine>& line = lines_[set != nullptr ? static_cast<const void*>(set) : &match];
    if (line) {
        return *line;
    }
    const std::vector<NftElement>& elements = set != nullptr ? set->elements : match.elements;
    const bool port_first = is_port(match.fields.front());
    if (match.fields.size() == 1 && port_first) {
        PortRanges ranges;
        for (const NftElement& element : elements) {
            if (const auto range = port_range(element.value)) {
                ranges.push_back(*range);
            }
        }
        line = std::make_unique<AddressLine>(make_constant_line(ports_.number(std::move(ranges))));
        return *line;
    }
    if (match.fields.size() == 2 && port_first == is_port(match.fields.back())) {
        throw Malformed{"", "a rule asks for two addresses or two ports at once, which cannot be judged"};
    }
    std::vector<Reached> reached;
    reached.reserve(elements.size());
    for (const NftElement& element : elements) {
        const Interval& addresses = port_first ? element.second : element.value;
        const auto ports = match.fields.size() == 1 ? any_port : port_range(port_first ? element.value : element.second);
        if (ports) {
            reached.push_back({addresses, *ports});
        }
    }
    line = std::make_unique<AddressLine>(make_line(reached, family, ports_));
    return *line;
}

}  // namespace sbx::verify
