// The oracle, point by point: slow and plain.
#include "tests/property/point_facts.hpp"

#include "compiler/policy/decide.hpp"

#include <algorithm>

namespace sbx::test {
namespace {

using policy::Decision;
using policy::Node;
using policy::Policy;
using policy::RequestKind;
using policy::SandboxPath;
using policy::View;

Decision decided(const Policy& policy, RequestKind kind, const std::string& point) {
    policy::Request request;
    request.kind = kind;
    request.path = *SandboxPath::literal(point);
    return policy::decide(policy, request);
}

void add_node(PointFacts& facts, const SandboxPath& path, const Node& node, const SandboxPath& at) {
    if (const auto* tree = std::get_if<policy::HostTree>(&node.content)) {
        facts.what = tree->source.joined(at == path       ? ""
                                         : path.is_root() ? at.tail()
                                                          : at.tail().substr(path.tail().size()))
                         .text();
    } else if (const auto* file = std::get_if<policy::DataFile>(&node.content)) {
        facts.what = "file " + file->contents.quoted();
    } else if (const auto* tmpfs = std::get_if<policy::Tmpfs>(&node.content); tmpfs != nullptr && at == path) {
        facts.size = tmpfs->size.bytes;
    } else if (std::holds_alternative<policy::DeviceDirectory>(node.content)) {
        facts.apart = at == path ? "device directory" : facts.apart;
    }
}

bool below_literal(const SandboxPath& path, const SandboxPath& top) {
    return top.contains(path);
}

bool takes_nothing_below(const Node& node) {
    return !std::holds_alternative<policy::HostTree>(node.content) && !std::holds_alternative<policy::Tmpfs>(node.content) &&
           !std::holds_alternative<policy::EmptyDirectory>(node.content) && !std::holds_alternative<policy::Procfs>(node.content) &&
           !std::holds_alternative<policy::DeviceDirectory>(node.content);
}

SandboxPath put_in(const SandboxPath& path, const SandboxPath& value) {
    return path.is_literal() ? path : value.joined(path.tail());
}

}  // namespace

PointFacts facts_at(const Policy& policy, const std::string& point) {
    const Decision read = decided(policy, RequestKind::read, point);
    PointFacts facts;
    facts.description = std::string(policy::to_text(read.view)) + " by " + read.node.text();
    switch (read.view) {
        case View::absent:
        case View::masked:
        case View::implied_directory:
        case View::link:
            return facts;
        case View::private_read:
            facts.level = 1;
            break;
        case View::procfs:
        case View::device:
        case View::socket:
            facts.level = 1;
            facts.apart = policy::to_text(read.view);
            break;
        case View::private_write:
            facts.level = 2;
            break;
        case View::host_read:
            facts.level = 3;
            break;
        case View::host_write:
            facts.level = 4;
            break;
    }
    facts.readable = read.verdict == policy::Verdict::allowed;
    facts.executable = decided(policy, RequestKind::exec, point).verdict == policy::Verdict::allowed;
    const auto node = policy.filesystem.nodes.find(read.node);
    if (node != policy.filesystem.nodes.end()) {
        add_node(facts, node->first, node->second, *SandboxPath::literal(point));
    }
    return facts;
}

bool at_most(const PointFacts& a, const PointFacts& b) {
    if (a.level == 0) {
        return true;
    }
    if (a.level > b.level || (a.readable && !b.readable) || (a.executable && !b.executable)) {
        return false;
    }
    if (!a.apart.empty() || (!b.apart.empty() && b.level < 3)) {
        // A private thing is a part of whatever is made for the sandbox, if nothing but its presence counts.
        return a.apart == b.apart || (a.apart.empty() && a.what.empty());
    }
    if (a.level >= 3) {
        return a.what == b.what;
    }
    if (b.level >= 3) {
        return true;
    }
    return a.level == 2 ? a.size <= b.size : b.level == 2 || a.what == b.what;
}

std::optional<Policy> with_value(const Policy& policy, const std::string& value) {
    const SandboxPath place = *SandboxPath::literal(value);
    const auto parameter = policy.parameters.find("p");
    if (parameter == policy.parameters.end()) {
        return policy;
    }
    const SandboxPath& under = *parameter->second.value.under;
    if (place == under || !below_literal(place, under)) {
        return std::nullopt;
    }
    const auto& nodes = policy.filesystem.nodes;
    const bool is_destination = std::any_of(nodes.begin(), nodes.end(), [](const auto& node) { return !node.first.is_literal(); });
    for (const auto& [path, node] : nodes) {
        const bool conflicts = below_literal(path, place) || (below_literal(place, path) && takes_nothing_below(node));
        if (is_destination && path.is_literal() && conflicts) {
            return std::nullopt;
        }
    }
    Policy concrete = policy;
    concrete.filesystem.nodes.clear();
    for (const auto& [path, node] : nodes) {
        Node put = node;
        if (auto* tree = std::get_if<policy::HostTree>(&put.content)) {
            tree->source = put_in(tree->source, place);
        }
        concrete.filesystem.nodes.emplace(put_in(path, place), put);
    }
    return concrete;
}

}  // namespace sbx::test
