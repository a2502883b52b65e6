// Every expectation of every test, decided. An answer that depends on a parameter satisfies no expectation: a claim holds for every
// value or not at all.
#include "compiler/policy/check_parts.hpp"
#include "compiler/policy/concrete_view.hpp"
#include "compiler/policy/decide.hpp"

#include <set>

namespace sbx::policy {

namespace {

std::string request_text(const Request& request) {
    switch (request.kind) {
        case RequestKind::read:
            return "read " + request.path.text();
        case RequestKind::write:
            return "write " + request.path.text();
        case RequestKind::exec:
            return "exec " + request.path.text();
        case RequestKind::connect_tcp:
            return "connect tcp" + (request.endpoint ? " " + to_text(*request.endpoint) : std::string());
        case RequestKind::connect_udp:
            return "connect udp" + (request.endpoint ? " " + to_text(*request.endpoint) : std::string());
        case RequestKind::resolve:
            return "resolve " + request.name;
        case RequestKind::syscall:
            return "syscall " + request.name;
        case RequestKind::environment:
            return "environment " + request.name;
        case RequestKind::limit:
            return "limit " + std::string(request.limit ? to_text(*request.limit) : "");
    }
    return {};
}

std::string_view verdict_text(Verdict verdict) {
    switch (verdict) {
        case Verdict::denied:
            return "denied";
        case Verdict::allowed:
            return "allowed";
        case Verdict::depends:
            return "different for different values of a parameter";
    }
    return {};
}

void report(const Test& test, const Expectation& expectation, const Decision& decision, std::string message, Findings& findings) {
    Diagnostic failure = make_finding(DiagnosticKind::test_failed, expectation.origin, std::move(message));
    if (decision.origin.known()) {
        failure.labels.push_back({decision.origin, "decided here"});
    }
    if (!test.claim.empty()) {
        failure.notes.push_back("the claim is " + Text(test.claim).quoted());
    }
    if (!decision.reason.empty()) {
        failure.notes.push_back(decision.reason);
    }
    failure.help.push_back(decision.advice.empty() ? "change the expectation, or the statement that decides it" : decision.advice);
    findings.add(std::move(failure));
}

void check_once(const Policy& policy, const Test& test, const Expectation& expectation, Findings& findings) {
    const bool is_connect =
        expectation.request.kind == RequestKind::connect_tcp || expectation.request.kind == RequestKind::connect_udp;
    if (is_connect && policy.network.mode.value == NetworkMode::filtered) {
        return;  // the filter itself is refused already
    }
    const Decision decision = decide(policy, expectation.request);
    const Verdict wanted = expectation.allowed ? Verdict::allowed : Verdict::denied;
    // `sees` says that a variable may be there: whether it is depends on the caller.
    const bool may_be_set = expectation.request.kind == RequestKind::environment && decision.verdict == Verdict::depends;
    if (decision.verdict == wanted || (may_be_set && expectation.allowed)) {
        return;
    }
    const bool is_limit = expectation.request.kind == RequestKind::limit;
    std::string message = "`" + request_text(expectation.request) + "` is " + std::string(verdict_text(decision.verdict)) +
                          ", and the test says " + std::string(verdict_text(wanted));
    if (is_limit) {
        message = "`" + request_text(expectation.request) + "` has another value than the test says";
    } else if (expectation.request.kind == RequestKind::environment) {
        const bool may_be_seen = decision.verdict == Verdict::depends;
        message = "`" + expectation.request.name + "` is " +
                  (expectation.allowed ? "never set inside, and the test says that it is seen"
                   : may_be_seen       ? "set inside where the caller sets it, and the test says that it is hidden"
                                       : "set inside, and the test says that it is hidden");
    }
    report(test, expectation, decision, std::move(message), findings);
}

/// The places at which the view below a path may change, those that links lead to included.
class PlacesBelow {
public:
    PlacesBelow(const Policy& policy, const SandboxPath& path) : policy_(policy), view_(policy.filesystem, no_values_) {
        add(path);
        while (!ahead_.empty()) {
            const SandboxPath top = std::move(ahead_.back());
            ahead_.pop_back();
            add_below(top);
        }
    }
    [[nodiscard]] const std::vector<SandboxPath>& places() const { return places_; }

private:
    void add(const SandboxPath& path) {
        if (tops_.insert(path).second) {
            places_.push_back(path);
            ahead_.push_back(path);
        }
    }
    /// Where a walk to `path` ends, when that is elsewhere.
    void follow(const SandboxPath& path) {
        if (path.is_literal()) {
            const Arrival arrival = view_.walk(path);
            if (!arrival.loops && arrival.path != path) {
                add(arrival.path);
            }
        }
    }
    void add_below(const SandboxPath& top) {
        follow(top);
        if (const Place place = view_.at(top); place.node != nullptr && std::holds_alternative<Procfs>(place.node->content)) {
            places_.push_back(top.joined("/mem"));
            places_.push_back(top.joined("/self/mem"));
        }
        for (const auto& [at, node] : policy_.filesystem.nodes) {
            if (!may_lie_below(at, top)) {
                continue;
            }
            places_.push_back(at);
            if (std::holds_alternative<DeviceDirectory>(node.content)) {
                places_.push_back(at.joined("/shm"));
            } else if (std::holds_alternative<Procfs>(node.content)) {
                places_.push_back(at.joined("/self/mem"));
            } else if (std::holds_alternative<Link>(node.content)) {
                follow(at);
            }
        }
    }
    [[nodiscard]] bool may_lie_below(const SandboxPath& at, const SandboxPath& top) const {
        if (top.contains(at)) {
            return true;
        }
        if (!top.is_literal() || at.is_literal()) {
            return false;
        }
        const auto parameter = policy_.parameters.find(at.parameter());
        // Below for every value, or for some: neither is "never".
        return parameter != policy_.parameters.end() && parameter->second.value.under &&
               (top.contains(*parameter->second.value.under) || parameter->second.value.under->contains(top));
    }

    const Policy& policy_;
    const ParameterValues no_values_{};
    ConcreteView view_;
    std::vector<SandboxPath> places_;
    std::vector<SandboxPath> ahead_;
    std::set<SandboxPath> tops_;
};

void check_never_write(const Policy& policy, const Test& test, const Expectation& expectation, Findings& findings) {
    const PlacesBelow below(policy, expectation.request.path);
    for (const SandboxPath& place : below.places()) {
        Request request = expectation.request;
        request.path = place;
        const Decision decision = decide(policy, request);
        if (decision.verdict != Verdict::denied) {
            report(test, expectation, decision,
                   "`never write " + expectation.request.path.text() + "` does not hold: `" + place.text() + "` can be written",
                   findings);
            return;
        }
    }
}

void check_never_connect(const Policy& policy, const Test& test, const Expectation& expectation, Findings& findings) {
    if (policy.network.mode.value != NetworkMode::host || expectation.addresses.ranges().empty()) {
        return;
    }
    Decision decision;
    decision.origin = policy.network.mode.origin;
    decision.reason = "`network host` filters nothing";
    decision.advice = "write `network off`, or remove the expectation";
    report(test, expectation, decision, "`never connect` does not hold: every address can be reached", findings);
}

}  // namespace

void check_tests(const Profile& profile, Findings& findings) {
    for (const Test& test : profile.tests) {
        for (const Expectation& expectation : test.expectations) {
            if (!expectation.never) {
                check_once(profile.policy, test, expectation, findings);
            } else if (expectation.request.kind == RequestKind::write) {
                check_never_write(profile.policy, test, expectation, findings);
            } else {
                check_never_connect(profile.policy, test, expectation, findings);
            }
        }
    }
}

}  // namespace sbx::policy
