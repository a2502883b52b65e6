// System calls and families, in the order of the language reference: denials, allowances, the default. See the header.
#include "compiler/policy/decide_filters.hpp"

#include "compiler/policy/decide_network.hpp"
#include "compiler/policy/filter_lines.hpp"
#include "compiler/policy/socket_families.hpp"
#include "compiler/policy/statement_text.hpp"

namespace sbx::policy {
namespace {

/// " (of x86_64 alone)"
std::string machines_of(const SystemCallRow& row) {
    return row.aarch64 == absent_call ? " (of x86_64 alone)" : row.x86_64 == absent_call ? " (of aarch64 alone)" : "";
}

std::string error_of(const SystemCallRow& row) {
    return row.answer == CallAnswer::enosys ? "ENOSYS" : "EPERM";
}

std::size_t connect_call() {
    return find_system_call("connect").value_or(0);
}

std::string families_of(const Policy& policy) {
    std::string list;
    for (const auto& [family, origin] : policy.sockets.allowed) {
        list += " " + family;
    }
    return list;
}

/// ", but for …": of a call that is let through for some arguments only.
std::string exception_of(const Policy& policy, std::size_t call) {
    const SystemCalls& calls = policy.system_calls;
    if (call == ioctl_call() && !calls.refused_requests.empty()) {
        std::string text = ", but for the requests";
        for (const std::uint32_t request : calls.refused_requests) {
            text += " " + ioctl_request_name(request);
        }
        return text;
    }
    if (call == clone_call() && !calls.clone_namespaces) {
        return ", but not to make namespaces";
    }
    if (call == connect_call() && policy.process.nested_namespaces.value && has_family(policy, "unix")) {
        return ", to every Unix socket in a granted tree, since `nested-namespaces allow` leaves paths to the mounts";
    }
    return call == socket_call() && !calls.unrestricted.value ? ", for the families" + families_of(policy) : "";
}

Decision refused_call(const Policy& policy, std::size_t call) {
    const SystemCallRow& row = system_call_table()[call];
    const std::string name(row.name);
    const SystemCallRule* const rule = deciding_rule(policy.system_calls, call);
    const std::string answers = "; a program is told " + error_of(row);
    if (rule != nullptr && !rule->allows) {
        return answer(Verdict::denied, rule->origin,
                      "`" + to_statement(*rule) + "` refuses `" + name + "`" + machines_of(row) + " whatever is allowed" + answers,
                      "remove it from `" + to_statement(*rule) + "`");
    }
    if (policy.system_calls.mode.value == FilterMode::only) {
        return answer(Verdict::denied, policy.system_calls.mode.origin,
                      "`syscalls only` does not name `" + name + "`" + machines_of(row) + answers, "add `allow " + name + "`");
    }
    return answer(Verdict::denied, {},
                  "every sandbox refuses `" + name + "`" + machines_of(row) + " unless it is allowed" + answers,
                  "write `syscalls { allow " + name + " because \"…\" }`");
}

}  // namespace

bool has_family(const Policy& policy, std::string_view family) {
    return policy.system_calls.unrestricted.value || policy.sockets.named.find(family) != policy.sockets.named.end() ||
           implied_families(policy).count(std::string(family)) != 0;
}

std::optional<Decision> decide_socket(const Policy& policy, std::string_view family) {
    for (const char* call : {"socket", "connect"}) {
        const std::size_t place = find_system_call(call).value_or(0);
        if (policy.system_calls.refused[place]) {
            return refused_call(policy, place);
        }
    }
    if (has_family(policy, family)) {
        return std::nullopt;
    }
    const std::string name(family);
    return answer(Verdict::denied, policy.network.mode.origin,
                  "`network off` leaves no sockets of `" + name + "`, not even for the sandbox's own loopback",
                  "write `sockets { allow " + name + " }`");
}

Decision decide_system_call(const Policy& policy, const std::string& name) {
    const auto call = find_system_call(name);
    if (!call) {
        return answer(Verdict::denied, {}, "there is no system call `" + name + "` on x86_64 or aarch64", {});
    }
    const SystemCallRow& row = system_call_table()[*call];
    const SystemCalls& calls = policy.system_calls;
    if (calls.unrestricted.value) {
        const std::string statement = calls.unfiltered_reason.empty() ? "syscalls unrestricted" : unfiltered_statement(calls);
        return answer(Verdict::allowed, calls.mode.origin, "`" + statement + "` removes the filter",
                      "remove `syscalls unrestricted`");
    }
    if (calls.refused[*call]) {
        return refused_call(policy, *call);
    }
    if (*call == socket_call() && policy.sockets.allowed.empty()) {
        return answer(Verdict::denied, {}, "no socket family is given, so `socket` is told EAFNOSUPPORT",
                      "write `sockets { allow unix }`");
    }
    const SystemCallRule* const rule = deciding_rule(calls, *call);
    const std::string advice = "add `deny " + name + "` to `syscalls`";
    if (rule != nullptr) {
        return answer(Verdict::allowed, rule->origin,
                      "`" + to_statement(*rule) + "` allows `" + name + "`" + machines_of(row) + exception_of(policy, *call),
                      advice);
    }
    const bool is_needed = calls_of("@start")[*call];
    return answer(Verdict::allowed, {},
                  is_needed ? "no program starts without `" + name + "`" + machines_of(row)
                            : "the default set does not refuse `" + name + "`" + machines_of(row) + exception_of(policy, *call),
                  is_needed ? "" : advice);
}

}  // namespace sbx::policy
