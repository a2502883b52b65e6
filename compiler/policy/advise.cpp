// Advice about settings, and what all advice goes through. Paths are in advise_path.cpp,
// networks in advise_network.cpp.
#include "compiler/policy/advise.hpp"

#include "compiler/policy/advise_parts.hpp"
#include "compiler/policy/loader_variables.hpp"
#include "compiler/policy/standard_fragments.hpp"
#include "compiler/policy/statement_text.hpp"
#include "compiler/policy/supervised_limits.hpp"

namespace sbx::policy {

void Candidates::add(std::string text, Policy changed) {
    if (found_) {
        return;
    }
    const Verdict before = decide(policy_, request_).verdict;
    const Verdict after = decide(changed, request_).verdict;
    const bool turned = after != before && (after != Verdict::depends || before == Verdict::denied);
    if (turned) {
        found_ = Advice{std::move(text), std::move(changed)};
    }
}

namespace {

void advise_environment(const Policy& policy, const std::string& name, Candidates& candidates) {
    const Environment& environment = policy.environment;
    if (const auto fixed = environment.fixed.find(name); fixed != environment.fixed.end()) {
        Policy changed = policy;
        changed.environment.fixed.erase(name);
        if (!is_standard(fixed->second.origin)) {
            candidates.add("remove `set " + name + "`", std::move(changed));
        }
        return;  // what a fragment sets can be set otherwise, not unset
    }
    for (const auto& [table, word] : {std::pair{&Environment::kept, "keep "}, std::pair{&Environment::accepted, "accept "}}) {
        for (const auto& [entry, origin] : environment.*table) {
            Policy changed = policy;
            (changed.environment.*table).erase(entry);
            if (!is_standard(origin)) {
                candidates.add(std::string("remove `") + word + entry + "`", std::move(changed));
            }
        }
    }
    const LoaderVariable* const forbidden = name == "PATH" ? nullptr : find_loader_variable(name);
    if (forbidden == nullptr) {
        Policy kept = policy;
        kept.environment.kept[name] = {};
        candidates.add("add `keep " + name + "`, which passes it on where the caller has it", std::move(kept));
    }
    Policy set = policy;
    set.environment.fixed[name] = {Text(""), {}};
    candidates.add(
        "add `set " + name + " = \"…\"`" + (forbidden == nullptr ? " to have it always" : "; a caller's is never passed on"),
        std::move(set));
}

void advise_limit(const Policy& policy, const Request& request, Candidates& candidates) {
    if (!request.limit) {
        return;
    }
    Policy changed = policy;
    changed.limits[*request.limit] = {request.limit_value, {}};
    settle_grace(changed.limits);
    const bool is_set = policy.limits.count(*request.limit) != 0 && policy.limits.at(*request.limit).origin.known();
    candidates.add(std::string(is_set ? "write `" : "add `") + std::string(to_text(*request.limit)) + " " +
                       to_text(*request.limit, request.limit_value) + "`",
                   std::move(changed));
}

}  // namespace

std::optional<Advice> advise(const Policy& policy, const Request& request) {
    Candidates candidates(policy, request);
    switch (request.kind) {
        case RequestKind::read:
        case RequestKind::write:
        case RequestKind::exec:
            advise_path(policy, request, candidates);
            break;
        case RequestKind::connect_tcp:
        case RequestKind::connect_udp:
        case RequestKind::resolve:
            advise_network(policy, request, candidates);
            break;
        case RequestKind::environment:
            advise_environment(policy, request.name, candidates);
            break;
        case RequestKind::limit:
            advise_limit(policy, request, candidates);
            break;
        case RequestKind::syscall:
            advise_system_call(policy, request.name, candidates);
            break;
    }
    return candidates.take();
}

}  // namespace sbx::policy
