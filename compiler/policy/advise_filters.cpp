// Advice about system calls: the smallest change of `syscalls` that turns the answer.
#include "compiler/policy/advise_parts.hpp"
#include "compiler/policy/filter_lines.hpp"
#include "compiler/policy/standard_fragments.hpp"

namespace sbx::policy {
namespace {

SystemCallRule rule_about(bool allows, std::size_t call) {
    SystemCallRule rule;
    rule.allows = allows;
    rule.calls.set(call);
    rule.words = std::string(system_call_table()[call].name);
    return rule;
}

}  // namespace

void advise_system_call(const Policy& policy, const std::string& name, Candidates& candidates) {
    const auto call = find_system_call(name);
    if (!call) {
        return;
    }
    const SystemCalls& calls = policy.system_calls;
    const std::string block = calls.mode.value == FilterMode::only ? "syscalls only" : "syscalls";
    for (std::size_t i = 0; i < calls.rules.size(); ++i) {
        const SystemCallRule& rule = calls.rules[i];
        if (rule.calls[*call] && !is_standard(rule.origin) && rule.allows != calls.refused[*call]) {
            Policy changed = policy;
            changed.system_calls.rules[i].calls.reset(*call);
            settle_filters(changed);
            candidates.add((rule.calls.count() == 1 ? "remove `" : "take `" + name + "` out of `") + to_statement(rule) + "`",
                           std::move(changed));
        }
    }
    Policy changed = policy;
    changed.system_calls.rules.push_back(rule_about(calls.refused[*call], *call));
    settle_filters(changed);
    const bool needs_reason = calls.refused[*call] && calls_of("@default")[*call];
    candidates.add("add `" + block + " { " + (calls.refused[*call] ? "allow " : "deny ") + name +
                       (needs_reason ? " because \"…\"" : "") + " }`",
                   std::move(changed));
    if (name == "socket" && !calls.refused[*call] && policy.sockets.allowed.empty()) {
        Policy with_family = policy;
        with_family.sockets.named.emplace("unix", Origin{});
        settle_filters(with_family);
        candidates.add("add `sockets { allow unix }`", std::move(with_family));
    }
}

}  // namespace sbx::policy
