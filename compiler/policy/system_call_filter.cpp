// Statements to sets. See the header.
#include "compiler/policy/system_call_filter.hpp"

#include "compiler/policy/text.hpp"

#include <algorithm>

namespace sbx::policy {
namespace {

std::set<std::uint32_t> common_requests(const std::set<std::uint32_t>& a, const std::set<std::uint32_t>& b) {
    std::set<std::uint32_t> common;
    std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::inserter(common, common.end()));
    return common;
}

std::string reason_part(const std::string& reason) {
    return reason.empty() ? reason : " because " + Text(reason).quoted();
}

}  // namespace

std::string to_statement(const SystemCallRule& rule) {
    return (rule.allows ? "allow " : "deny ") + rule.words + reason_part(rule.reason);
}

std::string to_statement(const SocketRule& rule) {
    std::string text = "allow";
    for (const std::string& family : rule.families) {
        text += " " + family;
    }
    return text + reason_part(rule.reason);
}

SystemCalls system_calls_of(Located<FilterMode> mode, std::vector<SystemCallRule> rules, bool nested_namespaces) {
    SystemCalls made;
    made.mode = mode;
    if (mode.value == FilterMode::unrestricted) {
        made.unrestricted = {true, mode.origin};
        made.clone_namespaces = true;
        made.rules = std::move(rules);
        return made;
    }
    made.refused =
        mode.value == FilterMode::only ? all_system_calls() & ~calls_of("@start") : refused_by_default(nested_namespaces);
    std::optional<std::set<std::uint32_t>> except;
    made.clone_namespaces = nested_namespaces;
    CallSet denied;
    for (const SystemCallRule& rule : rules) {
        if (!rule.allows) {
            denied |= rule.calls;
            continue;
        }
        made.refused &= ~rule.calls;
        if (rule.except) {
            except = except ? common_requests(*except, *rule.except) : *rule.except;
        }
        made.clone_namespaces = made.clone_namespaces || rule.clone_namespaces.value_or(false);
    }
    made.refused |= denied;
    if (!made.refused[ioctl_call()]) {
        made.refused_requests = except.value_or(std::set<std::uint32_t>{tiocsti_request, tioclinux_request});
    }
    made.clone_namespaces = made.clone_namespaces && !made.refused[clone_call()];
    made.rules = std::move(rules);
    return made;
}

SystemCalls default_system_calls(bool nested_namespaces) {
    return system_calls_of({}, {}, nested_namespaces);
}

const SystemCallRule* deciding_rule(const SystemCalls& calls, std::size_t call) {
    const auto find = [&](bool allows) {
        const auto rule = std::find_if(calls.rules.begin(), calls.rules.end(),
                                       [&](const SystemCallRule& each) { return each.allows == allows && each.calls[call]; });
        return rule == calls.rules.end() ? nullptr : &*rule;
    };
    if (calls.unrestricted.value) {
        return nullptr;
    }
    if (const SystemCallRule* const denial = find(false)) {
        return denial;
    }
    return find(true);
}

bool operator==(const SocketFamilies& a, const SocketFamilies& b) {
    return a.allowed.size() == b.allowed.size() && std::equal(a.allowed.begin(), a.allowed.end(), b.allowed.begin(),
                                                              [](const auto& x, const auto& y) { return x.first == y.first; });
}

}  // namespace sbx::policy
