// The expectation that two policies answer differently: candidates are made where the two differ, and the first that holds for one
// and not for the other, judged, is taken. So what is returned is right; that nothing is returned proves nothing.
#include "compiler/policy/compare_parts.hpp"
#include "compiler/policy/judge.hpp"
#include "compiler/policy/mutation.hpp"
#include "compiler/policy/network_parts.hpp"

#include <algorithm>
#include <iterator>
#include <set>

namespace sbx::policy {
namespace {

constexpr std::size_t most_below = 64;

using Nodes = std::map<SandboxPath, Node>;

bool same_entry(const Nodes& nodes, const SandboxPath& path, const Node& node) {
    const auto found = nodes.find(path);
    return found != nodes.end() && found->second == node;
}

/// Places at which a node stands in one of the two and not, or differently, in the other.
std::set<SandboxPath> differing(const Nodes& a, const Nodes& b) {
    std::set<SandboxPath> paths;
    for (const auto* const pair : {&a, &b}) {
        const Nodes& other = pair == &a ? b : a;
        for (const auto& [path, node] : *pair) {
            if (!same_entry(other, path, node)) {
                paths.insert(path);
            }
        }
    }
    return paths;
}

/// Collects places to ask about, most telling first, each once.
class Places {
public:
    Places(const Nodes& a, const Nodes& b, const ParameterTable& parameters) : a_(a), b_(b), parameters_(parameters) {}

    std::vector<SandboxPath> around(const std::set<SandboxPath>& paths) {
        for (const SandboxPath& path : paths) {
            add(path);
            add(beside_nodes(path));
        }
        for (const SandboxPath& path : paths) {
            for (const char* inside : {"/null", "/shm", "/self/mem", "/self/exe"}) {  // of a `dev`, of a `proc`
                add(path.joined(inside));
            }
            for (const Nodes* nodes : {&a_, &b_}) {
                add_below(*nodes, path);
            }
            for (auto above = path.parent(); above; above = above->parent()) {
                add(*above);
                add(beside_nodes(*above));
            }
        }
        for (const SandboxPath& path : paths) {
            add_values(path);
        }
        return std::move(places_);
    }

private:
    /// Where a path lies for some value of its parameter: what is said of that place may depend on the launch in one of the two.
    void add_values(const SandboxPath& path) {
        const auto parameter = path.is_literal() ? parameters_.end() : parameters_.find(path.parameter());
        if (parameter == parameters_.end() || !parameter->second.value.under) {
            return;
        }
        const SandboxPath& under = *parameter->second.value.under;
        add_value(beside_nodes(under), path);
        std::size_t count = 0;
        for (auto at = a_.upper_bound(under); at != a_.end() && under.contains(at->first) && count < most_below; ++at, ++count) {
            add_value(beside_nodes(at->first), path);
        }
    }
    void add_value(const SandboxPath& value, const SandboxPath& path) {
        for (std::optional<SandboxPath> at = path.tail().empty() ? value : value.joined(path.tail()); at; at = at->parent()) {
            add(*at);
            add(beside_nodes(*at));
        }
    }
    void add(const SandboxPath& path) {
        if (seen_.insert(path).second) {
            places_.push_back(path);
        }
    }
    /// A name in the directory that no node of either policy has.
    [[nodiscard]] SandboxPath beside_nodes(const SandboxPath& directory) const {
        for (std::size_t number = 0;; ++number) {
            const SandboxPath path = directory.joined("/other" + (number == 0 ? "" : std::to_string(number)));
            const auto taken = [&](const Nodes& nodes) {
                const auto next = nodes.lower_bound(path);
                return next != nodes.end() && path.contains(next->first);
            };
            if (!taken(a_) && !taken(b_)) {
                return path;
            }
        }
    }
    void add_below(const Nodes& nodes, const SandboxPath& path) {
        std::size_t count = 0;
        for (auto at = nodes.upper_bound(path); at != nodes.end() && path.contains(at->first) && count < most_below;
             ++at, ++count) {
            for (std::optional<SandboxPath> place = at->first; place && *place != path; place = place->parent()) {
                add(*place);
            }
            add(beside_nodes(at->first));
        }
    }

    const Nodes& a_;
    const Nodes& b_;
    const ParameterTable& parameters_;
    std::vector<SandboxPath> places_;
    std::set<SandboxPath> seen_;
};

void add_view(const Policy& policy, const Policy& mutant, std::vector<Request>& requests) {
    const Nodes& a = policy.filesystem.nodes;
    const Nodes& b = mutant.filesystem.nodes;
    const std::vector<SandboxPath> places = Places(a, b, policy.parameters).around(differing(a, b));
    const auto add = [&](const SandboxPath& place, RequestKind kind) {
        Request request;
        request.kind = kind;
        request.path = place;
        requests.push_back(std::move(request));
    };
    for (const SandboxPath& place : places) {
        add(place, RequestKind::read);
        add(place, RequestKind::write);
    }
    for (const SandboxPath& place : places) {  // last: of most places nobody knows whether they are programs
        add(place, RequestKind::exec);
    }
}

void add_limits(const Policy& policy, const Policy& mutant, std::vector<Request>& requests) {
    for (const auto& [limit, value] : policy.limits) {
        const auto other = mutant.limits.find(limit);
        if (other == mutant.limits.end() || !(other->second == value)) {
            Request request;
            request.kind = RequestKind::limit;
            request.limit = limit;
            request.limit_value = value.value;
            requests.push_back(std::move(request));
        }
    }
}

std::set<std::string> names_of(const Environment& environment) {
    std::set<std::string> names;
    for (const auto& [name, value] : environment.fixed) {
        names.insert(name);
    }
    for (const auto* table : {&environment.kept, &environment.accepted}) {
        for (const auto& [name, origin] : *table) {
            names.insert(name);
        }
    }
    return names;
}

/// Each name that only one of the two has, and names that only a pattern gives.
void add_environment(const Policy& policy, const Policy& mutant, std::vector<Request>& requests) {
    const std::set<std::string> a = names_of(policy.environment);
    const std::set<std::string> b = names_of(mutant.environment);
    std::vector<std::string> changed;
    std::set_symmetric_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(changed));
    for (std::string name : changed) {
        std::vector<std::string> candidates = {name};
        if (name.ends_with('*')) {
            name.pop_back();
            candidates = {name + (name.empty() || name.back() == '_' ? "OTHER" : "_OTHER"), name + "OTHER", name};
        }
        for (const std::string& candidate : candidates) {
            if (!candidate.empty()) {
                Request request;
                request.kind = RequestKind::environment;
                request.name = candidate;
                requests.push_back(std::move(request));
            }
        }
    }
}

/// What the differing regions are shown by.
void add_network(const Policy& policy, const Policy& mutant, std::vector<Request>& requests) {
    std::vector<Region> regions;
    compare_network(policy, mutant, regions);
    for (Region& region : regions) {
        if (region.request) {
            requests.push_back(*std::move(region.request));
        }
    }
}

void add_system_calls(const Policy& policy, const Policy& mutant, std::vector<Request>& requests) {
    const CallSet changed = policy.system_calls.refused ^ mutant.system_calls.refused;
    for (std::size_t i = 0; i < system_call_table().size(); ++i) {
        if (changed[i]) {
            Request request;
            request.kind = RequestKind::syscall;
            request.name = std::string(system_call_table()[i].name);
            requests.push_back(std::move(request));
        }
    }
}

}  // namespace

std::optional<Expectation> tell_apart(const Policy& policy, const Policy& mutant) {
    std::vector<Request> requests;
    add_view(policy, mutant, requests);
    add_limits(policy, mutant, requests);
    add_environment(policy, mutant, requests);
    add_network(policy, mutant, requests);
    add_system_calls(policy, mutant, requests);
    for (Request& request : requests) {
        Expectation expectation;
        expectation.request = std::move(request);
        for (const bool allowed : {true, false}) {
            if (!allowed && expectation.request.kind == RequestKind::limit) {
                continue;  // a limit is said to have a value, never not to have one
            }
            expectation.allowed = allowed;
            if (judge(policy, expectation).holds && !judge(mutant, expectation).holds) {
                return expectation;
            }
        }
    }
    return std::nullopt;
}

}  // namespace sbx::policy
