// The weights that filter_size.hpp gives reasons for.
#include "compiler/plan/filter_size.hpp"

namespace sbx::plan {
namespace {

constexpr std::size_t size_of_rule = 10;
constexpr std::size_t size_of_port_range = 2;
/// The rules that every filter has.
constexpr std::size_t size_of_fixed_rules = 400;

}  // namespace

std::size_t size_of(const FilterRule& rule) {
    const auto* const ports = std::get_if<policy::PortSet>(&rule.ports);
    return size_of_rule + (ports == nullptr ? 0 : size_of_port_range * ports->ranges().size());
}

std::size_t size_of_base(const FilterPlan& plan) {
    std::size_t size = size_of_fixed_rules + size_of_set * plan.sets.size();
    for (const FilterRule& rule : plan.denials) {
        size += size_of(rule);
    }
    const std::size_t open_ports = plan.host_ports.literal.ranges().size() * size_of_port_range;
    return size + open_ports + size_of_rule * (plan.host_ports.parameters.size() + plan.publish.size());
}

}  // namespace sbx::plan
