// Every expectation of every test, decided. An answer that depends on a parameter satisfies no expectation: a claim holds for every
// value or not at all.
#include "compiler/policy/check_parts.hpp"
#include "compiler/policy/decide.hpp"

#include <algorithm>

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
    }
    report(test, expectation, decision, std::move(message), findings);
}

/// The places at which the view below `path` may change, `path` itself first.
std::vector<SandboxPath> places_below(const Policy& policy, const SandboxPath& path) {
    std::vector<SandboxPath> places{path};
    for (const auto& [at, node] : policy.filesystem.nodes) {
        bool below = path.contains(at);
        if (!below && path.is_literal() && !at.is_literal()) {
            const auto parameter = policy.parameters.find(at.parameter());
            // Below for every value, or for some: neither is "never".
            below = parameter != policy.parameters.end() && parameter->second.value.under &&
                    (path.contains(*parameter->second.value.under) || parameter->second.value.under->contains(path));
        }
        if (below) {
            places.push_back(at);
            if (std::holds_alternative<DeviceDirectory>(node.content)) {
                places.push_back(at.joined("/shm"));
            }
        }
    }
    return places;
}

void check_never_write(const Policy& policy, const Test& test, const Expectation& expectation, Findings& findings) {
    for (const SandboxPath& place : places_below(policy, expectation.request.path)) {
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
