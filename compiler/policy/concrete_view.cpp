// What stands where once every parameter has a value: the nearest node at or above a place decides, and links are followed
// component by component. Nothing is precomputed; each lookup goes to the policy's own map.
#include "compiler/policy/concrete_view.hpp"

#include "compiler/policy/node_access.hpp"

#include <algorithm>

namespace sbx::policy {
namespace {

constexpr int most_links = 40;  // MAXSYMLINKS, <linux/namei.h>

using NodeMap = std::map<SandboxPath, Node>;

/// Whether the map has a key strictly below `path`: subtrees follow their root without a gap.
bool has_key_below(const NodeMap& nodes, const SandboxPath& path) {
    const auto next = nodes.upper_bound(path);
    return next != nodes.end() && path.contains(next->first);
}

bool places_something(const NodeMap& nodes, const SandboxPath& parameter) {
    const auto next = nodes.lower_bound(parameter);
    return next != nodes.end() && parameter.contains(next->first);
}

SandboxPath at_parameter(const std::string& name, std::string_view tail) {
    return SandboxPath::below_parameter(name, tail).value_or(SandboxPath());
}

}  // namespace

std::string_view below(const SandboxPath& base, const SandboxPath& path) {
    const std::string_view tail = path.tail();
    if (base == path) {
        return {};
    }
    return base.is_root() ? tail : tail.substr(base.tail().size());
}

std::vector<std::string> components(std::string_view path) {
    std::vector<std::string> parts;
    while (!path.empty()) {
        const std::size_t end = std::min(path.find('/'), path.size());
        if (const std::string_view part = path.substr(0, end); !part.empty() && part != ".") {
            parts.emplace_back(part);
        }
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return parts;
}

Place ConcreteView::node_at(const SandboxPath& literal) const {
    Place place;
    place.exact = true;
    place.concrete = literal;
    if (const auto found = filesystem_.nodes.find(literal); found != filesystem_.nodes.end()) {
        place.node = &found->second;
        place.written = found->first;
        return place;
    }
    for (const auto& [name, value] : values_) {
        if (!value.contains(literal)) {
            continue;
        }
        const auto found = filesystem_.nodes.find(at_parameter(name, below(value, literal)));
        if (found != filesystem_.nodes.end()) {
            place.node = &found->second;
            place.written = found->first;
            return place;
        }
    }
    return place;
}

bool ConcreteView::has_node_below(const SandboxPath& literal) const {
    if (has_key_below(filesystem_.nodes, literal)) {
        return true;
    }
    return std::any_of(values_.begin(), values_.end(), [&](const auto& binding) {
        const auto& [name, value] = binding;
        if (value.contains(literal)) {
            return has_key_below(filesystem_.nodes, at_parameter(name, below(value, literal)));
        }
        return literal.contains(value) && places_something(filesystem_.nodes, at_parameter(name, ""));
    });
}

Place ConcreteView::nearest(SandboxPath from) const {
    for (std::optional<SandboxPath> candidate = std::move(from); candidate; candidate = candidate->parent()) {
        if (Place place = node_at(*candidate); place.node != nullptr) {
            return place;
        }
    }
    return {};
}

Place ConcreteView::describe(const SandboxPath& literal, Place place) const {
    place.exact = place.node != nullptr && place.concrete == literal;
    const std::string_view rest = place.node == nullptr ? std::string_view() : below(place.concrete, literal);
    if (Place barrier = barrier_above(literal); barrier.node != nullptr) {
        return barrier;
    }
    // The root is always there, as the empty directory that everything else stands in.
    return with_access(std::move(place), rest, has_node_below(literal) || literal.is_root());
}

Place ConcreteView::barrier_above(const SandboxPath& literal) const {
    for (std::optional<SandboxPath> above = literal.parent(); above; above = above->parent()) {
        if (Place place = node_at(*above); place.node != nullptr && lets_nobody_in(*place.node)) {
            place.exact = false;
            return place;
        }
    }
    return {};
}

Place ConcreteView::at(const SandboxPath& literal) const {
    return describe(literal, nearest(literal));
}

Place ConcreteView::at_without(const SandboxPath& literal, const Place& place) const {
    const std::optional<SandboxPath> above = place.concrete.parent();
    return describe(literal, above ? nearest(*above) : Place());
}

std::optional<std::string> ConcreteView::link_target(const SandboxPath& literal, const Place& own) const {
    if (barrier_above(literal).node != nullptr) {
        return std::nullopt;
    }
    if (own.node != nullptr) {
        const auto* link = std::get_if<Link>(&own.node->content);
        return link == nullptr ? std::nullopt : std::optional(link->target);
    }
    const Place place = nearest(literal);
    if (place.node != nullptr && std::holds_alternative<DeviceDirectory>(place.node->content)) {
        return device_link(below(place.concrete, literal));
    }
    if (place.node == nullptr || !std::holds_alternative<Procfs>(place.node->content)) {
        return std::nullopt;
    }
    const SandboxPath workdir = filesystem_.workdir ? filesystem_.workdir->value : SandboxPath();
    const auto value = values_.find(workdir.parameter());
    const SandboxPath concrete = value == values_.end() ? workdir : value->second.joined(workdir.tail());
    return procfs_link(below(place.concrete, literal), concrete.tail());
}

Arrival ConcreteView::walk(const SandboxPath& literal) const {
    Arrival arrival;
    std::vector<std::string> ahead = components(literal.tail());
    std::reverse(ahead.begin(), ahead.end());  // the next component is the last element
    int links = 0;
    while (!ahead.empty()) {
        const std::string name = std::move(ahead.back());
        ahead.pop_back();
        if (name == "..") {
            arrival.passed.push_back(arrival.path);
            const Place place = at(arrival.path);
            if (place.exact && (is_no_directory(*place.node) || lets_nobody_in(*place.node))) {
                arrival.path = arrival.path.joined("/..");  // which does not exist: ENOTDIR and EACCES in path_resolution(7)
                return arrival;
            }
            if (place.view == View::absent) {
                return arrival;
            }
            arrival.path = arrival.path.parent().value_or(SandboxPath());
            continue;
        }
        const SandboxPath next = arrival.path.joined("/" + name);
        const Place own = node_at(next);
        const std::optional<std::string> target = link_target(next, own);
        if (!target) {
            arrival.path = next;
            continue;
        }
        arrival.passed.push_back(next);
        if (own.node != nullptr) {
            arrival.link = own.node;
            arrival.link_written = own.written;
        }
        if (++links > most_links) {
            arrival.loops = true;
            arrival.path = next;
            return arrival;
        }
        if (target->starts_with('/')) {
            arrival.path = SandboxPath();
        }
        std::vector<std::string> inserted = components(*target);
        ahead.insert(ahead.end(), inserted.rbegin(), inserted.rend());
    }
    arrival.passed.push_back(arrival.path);
    return arrival;
}

}  // namespace sbx::policy
