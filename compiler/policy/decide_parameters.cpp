// Requests for paths, for every value of every parameter. Only finitely many values differ for one request: those at or above a
// place that its walk passes, one below it, and one that has nothing to do with it. Each is tried; a component that no policy can
// hold stands for "any other name". So the answer is exact, and the decision itself (decide_filesystem.cpp) never sees a parameter.
#include "compiler/policy/decide_filesystem.hpp"
#include "compiler/policy/statement_text.hpp"

#include <algorithm>
#include <set>

namespace sbx::policy {
namespace {

constexpr std::size_t most_cases = 4096;

/// A parameter that places something, and what its value must be.
struct Destination {
    SandboxPath under;
    SandboxPath unrelated;  ///< the value that has nothing to do with any request
};
using Destinations = std::map<std::string, Destination>;

/// One assignment to decide for. The request's own path is fixed in `concrete` unless it opens with a destination.
struct ValueCase {
    ParameterValues values;
    SandboxPath concrete;
    friend auto operator<=>(const ValueCase&, const ValueCase&) = default;
};

struct Spread {
    std::vector<std::pair<ValueCase, Decision>> decided;
    bool complete = true;
};

class EveryValue {
public:
    EveryValue(const Policy& policy, const Request& request) : policy_(policy), request_(request) {
        const auto& nodes = policy.filesystem.nodes;
        for (auto node = nodes.rbegin(); node != nodes.rend() && !node->first.is_literal(); ++node) {
            const std::string& name = node->first.parameter();
            const SandboxPath under = under_of(name).value_or(SandboxPath());
            destinations_[name] = {under, under.joined("/" + fresh_ + name)};
        }
        if (!request.path.is_literal()) {
            count_dotdots();
        }
    }

    Spread run() {
        ParameterValues values;
        for (const auto& [name, destination] : destinations_) {
            values[name] = destination.unrelated;
        }
        const std::string& own = request_.path.parameter();
        if (own.empty()) {
            explore({values, request_.path});
            return std::move(findings_);
        }
        for (const SandboxPath& value : values_of(own)) {
            if (destinations_.count(own) != 0) {
                values[own] = value;
            }
            explore({values, value.joined(request_.path.tail())});
        }
        return std::move(findings_);
    }

private:
    /// The most directories that a link of the policy leads up through.
    void count_dotdots() {
        for (const auto& [path, node] : policy_.filesystem.nodes) {
            if (const auto* link = std::get_if<Link>(&node.content)) {
                const std::vector<std::string> parts = components(link->target);
                most_dotdots_ = std::max(most_dotdots_, static_cast<std::size_t>(std::count(parts.begin(), parts.end(), "..")));
            }
        }
    }

    [[nodiscard]] std::optional<SandboxPath> under_of(const std::string& name) const {
        const auto found = policy_.parameters.find(name);
        return found == policy_.parameters.end() ? std::nullopt : found->second.value.under;
    }

    /// Values of the request's own parameter, one of each kind.
    [[nodiscard]] std::set<SandboxPath> values_of(const std::string& own) const {
        const auto parameter = policy_.parameters.find(own);
        std::set<SandboxPath> values;
        if (parameter != policy_.parameters.end() && !parameter->second.value.one_of.empty()) {
            for (const std::string& text : parameter->second.value.one_of) {
                values.insert(SandboxPath::literal(text).value_or(SandboxPath()));
            }
            return values;
        }
        const SandboxPath under = under_of(own).value_or(SandboxPath());
        const bool is_destination = destinations_.count(own) != 0;
        insert_below(under, own, is_destination, values);
        // Where the parameter has a node of its own, that one decides wherever the value lies, unless a link leads out of it.
        if (is_destination && most_dotdots_ == 0 &&
            policy_.filesystem.nodes.count(SandboxPath::below_parameter(own, "").value_or(SandboxPath())) != 0) {
            return values;
        }
        const auto& nodes = policy_.filesystem.nodes;
        for (auto node = nodes.lower_bound(under); node != nodes.end() && under.contains(node->first); ++node) {
            for (std::optional<SandboxPath> above = node->first; above && *above != under; above = above->parent()) {
                if (!is_destination) {
                    values.insert(*above);
                }
                insert_below(*above, own, is_destination, values);
            }
        }
        return values;
    }
    void insert_below(const SandboxPath& directory, const std::string& own, bool is_destination,
                      std::set<SandboxPath>& values) const {
        // A source may lie below the value of a destination; a link may lead up through as many directories as it names.
        const std::size_t depth = 1 + most_dotdots_ + (is_destination ? 0 : 1);
        SandboxPath value = directory;
        for (std::size_t i = 0; i < depth; ++i) {
            value = value.joined("/" + fresh_ + own);
            values.insert(value);
        }
    }

    /// What the launcher refuses (language reference, section 3).
    [[nodiscard]] bool is_accepted(const ParameterValues& values) const {
        const ConcreteView view(policy_.filesystem, values);
        const auto& nodes = policy_.filesystem.nodes;
        for (const auto& [name, value] : values) {
            const auto next = nodes.lower_bound(value);
            if (next != nodes.end() && value.contains(next->first)) {
                return false;
            }
            for (std::optional<SandboxPath> above = value; above; above = above->parent()) {
                const Place place = view.node_at(*above);
                if (place.node != nullptr && std::holds_alternative<Mask>(place.node->content) &&
                    place.written.parameter() != name) {
                    return false;
                }
            }
            for (const auto& [other, other_value] : values) {
                if (other != name && value.contains(other_value)) {
                    return false;
                }
            }
        }
        return true;
    }

    void explore(const ValueCase& start) {
        std::vector<ValueCase> ahead{start};
        while (!ahead.empty() && findings_.complete) {
            const ValueCase current = std::move(ahead.back());
            ahead.pop_back();
            if (!seen_.insert(current).second || !is_accepted(current.values)) {
                continue;
            }
            if (findings_.decided.size() == most_cases) {
                findings_.complete = false;
                return;
            }
            Outcome outcome = decide_with_values(policy_.filesystem, current.values, request_, current.concrete);
            for (const auto& [name, destination] : destinations_) {
                // Others are settled already, by the walk so far or by the request itself.
                if (current.values.at(name) == destination.unrelated) {
                    vary(current, name, destination, outcome.passed, ahead);
                }
            }
            findings_.decided.emplace_back(current, std::move(outcome.decision));
        }
    }
    void vary(const ValueCase& current, const std::string& name, const Destination& destination,
              const std::vector<SandboxPath>& passed, std::vector<ValueCase>& ahead) const {
        const bool own = name == request_.path.parameter();
        const auto add = [&](const SandboxPath& value) {
            ValueCase other = current;
            other.values[name] = value;
            if (own) {  // a link led out of the value, to where another value could be
                other.concrete = value.joined(request_.path.tail());
            }
            ahead.push_back(std::move(other));
        };
        for (const SandboxPath& place : passed) {
            if (!destination.under.contains(place) || place == destination.under ||
                (own && destination.unrelated.contains(place))) {
                continue;
            }
            add(place.joined("/" + fresh_ + name));
            for (std::optional<SandboxPath> value = place; value && *value != destination.under; value = value->parent()) {
                add(*value);
            }
        }
    }

    const Policy& policy_;
    const Request& request_;
    /// Longer than a component may be, so that none equals it.
    const std::string fresh_ = std::string(256, '\x01');
    std::size_t most_dotdots_ = 0;
    Destinations destinations_;
    std::set<ValueCase> seen_;
    Spread findings_;
};

/// The parameters on whose values the answer depends: those of which one other value, with all the rest the same, gives another.
std::set<std::string> deciding_parameters(const Request& request, const Spread& findings) {
    const std::string& own = request.path.parameter();
    std::set<std::string> names;
    const auto judge = [&](const std::string& name) {
        std::map<ValueCase, Verdict> verdicts;
        for (const auto& [each, decision] : findings.decided) {
            ValueCase rest = each;
            rest.values.erase(name);
            if (name == own) {
                rest.concrete = {};
            }
            if (verdicts.emplace(std::move(rest), decision.verdict).first->second != decision.verdict) {
                names.insert(name);
                return;
            }
        }
    };
    for (const auto& [name, value] : findings.decided.front().first.values) {
        judge(name);
    }
    if (!own.empty()) {
        judge(own);
    }
    return names;
}

std::string on_the_values_of(const std::set<std::string>& parameters) {
    return std::string("on the value") + (parameters.size() > 1 ? "s" : "") + " of " + parameter_list(parameters);
}

Decision undecided(std::string reason, std::string advice) {
    Decision decision;
    decision.verdict = Verdict::depends;
    decision.reason = std::move(reason);
    decision.advice = std::move(advice);
    return decision;
}

}  // namespace

Decision decide_for_every_value(const Policy& policy, const Request& request) {
    const Spread findings = EveryValue(policy, request).run();
    if (!findings.complete) {
        return undecided("there are more than " + std::to_string(most_cases) + " combinations of parameters to tell apart",
                         "place fewer parameters below one directory, or give each an `under` of its own");
    }
    if (findings.decided.empty()) {
        Decision decision;
        decision.reason = "a launch accepts no value of a parameter, because all of them lie below a `hide`";
        return decision;
    }
    const Decision& first = findings.decided.front().second;
    const auto other = std::find_if(findings.decided.begin(), findings.decided.end(),
                                    [&](const auto& each) { return each.second.verdict != first.verdict; });
    if (other == findings.decided.end()) {
        return first;
    }
    const std::set<std::string> parameters = deciding_parameters(request, findings);
    const auto by_the_host = std::find_if(findings.decided.begin(), findings.decided.end(),
                                          [](const auto& each) { return each.second.verdict == Verdict::depends; });
    if (by_the_host != findings.decided.end()) {
        Decision decision = by_the_host->second;
        decision.reason += "; and it depends " + on_the_values_of(parameters);
        return decision;
    }
    const Decision& granting = first.verdict == Verdict::allowed ? first : other->second;
    const Decision& refusing = first.verdict == Verdict::allowed ? other->second : first;
    Decision decision = undecided(
        "it depends " + on_the_values_of(parameters) + ": allowed where " + granting.reason + ", denied where " + refusing.reason,
        "ask about a path below the parameter, or choose an `under` that keeps it away from this path");
    decision.view = granting.view;
    decision.node = granting.node;
    decision.origin = granting.origin;
    return decision;
}

}  // namespace sbx::policy
