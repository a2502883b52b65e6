// Expectations, judged by decide() alone. A `never` is judged at every place at which the view may change.
#include "compiler/policy/judge.hpp"

#include "compiler/policy/advise.hpp"
#include "compiler/policy/concrete_view.hpp"
#include "compiler/policy/judge_network.hpp"
#include "compiler/policy/network_text.hpp"
#include "compiler/policy/statement_text.hpp"

#include <set>

namespace sbx::policy {

namespace {

std::string_view verdict_text(Verdict verdict) {
    return verdict == Verdict::depends ? "different for different values of a parameter" : to_text(verdict);
}

bool is_connect(const Request& request) {
    return request.kind == RequestKind::connect_tcp || request.kind == RequestKind::connect_udp;
}

std::string failure_message(const Expectation& expectation, const Decision& decision) {
    const Request& request = expectation.request;
    if (request.kind == RequestKind::limit) {
        return "`" + to_text(request) + "` has another value than the test says";
    }
    if (request.kind == RequestKind::environment) {
        const bool may_be_seen = decision.verdict == Verdict::depends;
        return "`" + request.name + "` is " +
               (expectation.allowed ? "never set inside, and the test says that it is seen"
                : may_be_seen       ? "set inside where the caller sets it, and the test says that it is hidden"
                                    : "set inside, and the test says that it is hidden");
    }
    if (decision.verdict == Verdict::depends && is_connect(request)) {
        return "`" + to_text(request) + "` depends on the launch, and the test says that it is " +
               std::string(verdict_text(expectation.allowed ? Verdict::allowed : Verdict::denied));
    }
    return "`" + to_text(request) + "` is " + std::string(verdict_text(decision.verdict)) + ", and the test says " +
           std::string(verdict_text(expectation.allowed ? Verdict::allowed : Verdict::denied));
}

Judgement judge_once(const Policy& policy, const Expectation& expectation) {
    Judgement judgement;
    judgement.asked = expectation.request;
    judgement.decision = decide(policy, expectation.request);
    const Verdict wanted = expectation.allowed ? Verdict::allowed : Verdict::denied;
    // `sees` says that a variable may be there: whether it is depends on the caller.
    const bool may_be_set = expectation.request.kind == RequestKind::environment && judgement.decision.verdict == Verdict::depends;
    judgement.holds = judgement.decision.verdict == wanted || (may_be_set && expectation.allowed);
    if (!judgement.holds) {
        judgement.message = failure_message(expectation, judgement.decision);
    }
    return judgement;
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

Judgement judge_never_write(const Policy& policy, const Expectation& expectation) {
    Judgement judgement;
    const PlacesBelow below(policy, expectation.request.path);
    for (const SandboxPath& place : below.places()) {
        Request request = expectation.request;
        request.path = place;
        judgement.places.push_back(decide(policy, request));
        if (judgement.places.back().verdict != Verdict::denied) {
            judgement.decision = judgement.places.back();
            judgement.asked = request;
            judgement.message =
                "`never write " + expectation.request.path.text() + "` does not hold: `" + place.text() + "` can be written";
            return judgement;
        }
    }
    judgement.decision = judgement.places.front();  // the path itself is always one
    judgement.holds = true;
    return judgement;
}

/// What would make it hold, as far as it failed here; a decision's own words where the answer depends on the launch.
std::string advice_for(const Policy& policy, const Expectation& expectation, const Judgement& judgement) {
    if (is_connect(expectation.request) && expectation.never) {
        return judgement.decision.advice;
    }
    if (const auto advice = advise(policy, judgement.asked)) {
        const Verdict after = decide(advice->changed, judgement.asked).verdict;
        const bool may_be_set = judgement.asked.kind == RequestKind::environment && after == Verdict::depends;
        if (after == (expectation.allowed ? Verdict::allowed : Verdict::denied) || (may_be_set && expectation.allowed)) {
            return advice->text;
        }
    }
    return judgement.decision.verdict == Verdict::depends ? judgement.decision.advice : std::string();
}

}  // namespace

Judgement judge(const Policy& policy, const Expectation& expectation) {
    if (!expectation.never) {
        return judge_once(policy, expectation);
    }
    return expectation.request.kind == RequestKind::write ? judge_never_write(policy, expectation)
                                                          : judge_never_connect(policy, expectation);
}

Diagnostic failure_of(const Policy& policy, const Test& test, const Expectation& expectation, const Judgement& judgement) {
    Diagnostic failure;
    failure.kind = DiagnosticKind::test_failed;
    failure.severity = info(failure.kind).severity;
    failure.origin = expectation.origin;
    failure.message = judgement.message;
    const Decision& decision = judgement.decision;
    if (decision.origin.known()) {
        failure.labels.push_back({decision.origin, "decided here"});
    }
    if (!test.claim.empty()) {
        failure.notes.push_back("the claim is " + Text(test.claim).quoted());
    }
    if (!decision.reason.empty()) {
        failure.notes.push_back(decision.reason);
    }
    failure.help.push_back(advice_for(policy, expectation, judgement));
    if (failure.help.back().empty()) {
        failure.help.back() = "change the expectation, or the statement that decides it";
    }
    return failure;
}

std::string to_text(const Request& request) {
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

std::string to_statement(const Expectation& expectation) {
    constexpr auto every = static_cast<std::size_t>(-1);
    const Request& request = expectation.request;
    const std::string verdict = expectation.never ? "never " : expectation.allowed ? "allowed " : "denied ";
    switch (request.kind) {
        case RequestKind::read:
            return verdict + "read " + quote_path(request.path);
        case RequestKind::write:
            return verdict + "write " + quote_path(request.path);
        case RequestKind::exec:
            return verdict + "exec " + quote_path(request.path);
        case RequestKind::connect_tcp:
        case RequestKind::connect_udp:
            return expectation.never ? "never connect " + to_text(expectation.addresses, every) : verdict + to_text(request);
        case RequestKind::resolve:
        case RequestKind::syscall:
            return verdict + to_text(request);
        case RequestKind::environment:
            return (expectation.allowed ? "sees " : "hides ") + request.name;
        case RequestKind::limit:
            return to_text(request) + (request.limit ? " " + to_text(*request.limit, request.limit_value) : "");
    }
    return {};
}

}  // namespace sbx::policy
