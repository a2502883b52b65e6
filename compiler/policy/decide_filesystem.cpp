// A request for a path, decided for one value of each parameter: walk to where it leads, see what stands there, say why.
#include "compiler/policy/decide_filesystem.hpp"

#include "compiler/policy/statement_text.hpp"

namespace sbx::policy {
namespace {

bool permits(const Place& place, RequestKind kind) {
    return kind == RequestKind::read ? place.readable : kind == RequestKind::write ? place.writable : place.executable;
}

/// Back from a value to the parameter that has it.
SandboxPath symbolic(const SandboxPath& path, const ParameterValues& values) {
    for (const auto& [name, value] : values) {
        if (value.contains(path)) {
            return SandboxPath::below_parameter(name, below(value, path)).value_or(path);
        }
    }
    return path;
}

/// What would decide if the host lacked the sources that `?` lets it lack: the first answer that allows what `place` does not.
std::optional<Place> laxer_without_optional(const ConcreteView& view, const SandboxPath& path, Place place, RequestKind kind) {
    while (place.node != nullptr && place.node->optional) {
        place = view.at_without(path, place);
        if (permits(place, kind)) {
            return place;
        }
    }
    return std::nullopt;
}

}  // namespace

Outcome decide_with_values(const Filesystem& filesystem, const ParameterValues& values, const Request& request,
                           const SandboxPath& concrete) {
    const ConcreteView view(filesystem, values);
    Arrival arrival = view.walk(concrete);
    Place place = view.at(arrival.path);
    const SandboxPath shown = arrival.path == concrete ? request.path : symbolic(arrival.path, values);
    Decision decision;
    const bool allowed = !arrival.loops && permits(place, request.kind);
    const Explanation explanation = explain(request.kind, allowed, shown, place, arrival);
    decision.verdict = allowed ? Verdict::allowed : Verdict::denied;
    decision.view = arrival.loops || (arrival.link != nullptr && place.view == View::absent) ? View::link : place.view;
    decision.reason = explanation.reason;
    decision.advice = explanation.advice;
    if (decision.view == View::link && arrival.link != nullptr) {
        decision.node = arrival.link_written;
        decision.origin = arrival.link->origin;
    } else if (place.node != nullptr) {
        decision.node = place.written;
        decision.origin = place.node->origin;
    }
    if (const auto laxer = allowed ? std::nullopt : laxer_without_optional(view, arrival.path, place, request.kind)) {
        const std::string head = "`" + statement_head(place.written, *place.node) + "`";
        decision.verdict = Verdict::depends;
        decision.reason = "it depends on the host: " + head + " is skipped where the host lacks it, and then " +
                          explain(request.kind, true, shown, *laxer, arrival).reason;
        decision.advice = "remove the `?` from " + head;
    }
    return {std::move(decision), std::move(arrival.passed)};
}

}  // namespace sbx::policy
