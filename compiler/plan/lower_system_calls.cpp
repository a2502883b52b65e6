// The filter of system calls as numbers, machine by machine: every number there is lies in one range, and a range has one answer.
// What the table lacks is answered like a call that the kernel does not know, so that a newer kernel's calls are not let through.
#include "compiler/plan/stages.hpp"
#include "compiler/policy/socket_families.hpp"
#include "compiler/policy/text.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace sbx::plan {
namespace {

using policy::CallSet;
using policy::SystemCallRow;

struct Machine {
    const char* name;
    std::uint32_t audit;  ///< linux/audit.h
    std::uint32_t SystemCallRow::*number;
    bool has_x32;
};
constexpr Machine machines[] = {{"aarch64", 0xc00000b7U, &SystemCallRow::aarch64, false},
                                {"x86_64", 0xc000003eU, &SystemCallRow::x86_64, true}};

constexpr std::uint32_t af_unix = 1;  // linux/socket.h
constexpr std::uint32_t af_tipc = 30;

CallAction action_of(const policy::SystemCalls& calls, std::size_t call) {
    const SystemCallRow& row = policy::system_call_table()[call];
    if (calls.refused[call]) {
        return row.answer == policy::CallAnswer::enosys ? CallAction::unknown : CallAction::refuse;
    }
    if (call == policy::ioctl_call()) {
        return CallAction::by_request;
    }
    if (row.name == "fcntl") {
        return CallAction::by_status_flags;
    }
    if (call == policy::clone_call() && !calls.clone_namespaces) {
        return CallAction::by_clone_flags;
    }
    if (call == policy::socket_call()) {
        return CallAction::by_family;
    }
    return row.name == "socketpair" ? CallAction::by_pair_family : CallAction::allow;
}

/// Those that the policy refuses, and the one that none opens.
std::set<std::uint32_t> refused_requests(const policy::SystemCalls& calls) {
    std::set<std::uint32_t> requests = calls.refused_requests;
    requests.insert(policy::fioasync_request);
    return requests;
}

std::vector<CallRange> ranges_of(const policy::SystemCalls& calls, std::uint32_t SystemCallRow::*number) {
    std::map<std::uint32_t, CallAction> known;
    for (std::size_t i = 0; i < policy::system_call_table().size(); ++i) {
        if (const std::uint32_t at = policy::system_call_table()[i].*number; at != policy::absent_call) {
            known.emplace(at, action_of(calls, i));
        }
    }
    std::vector<CallRange> ranges;
    const auto begin = [&ranges](std::uint32_t first, CallAction action) {
        if (ranges.empty() || ranges.back().action != action) {
            ranges.push_back({first, action});
        }
    };
    std::uint32_t next = 0;
    for (const auto& [at, action] : known) {
        if (at != next) {
            begin(next, CallAction::unknown);
        }
        begin(at, action);
        next = at + 1;
    }
    begin(next, CallAction::unknown);
    return ranges;
}

/// The names, as many a line as a terminal shows.
std::vector<std::string> lines_of_names(const CallSet& calls) {
    constexpr std::size_t widest = 90;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < policy::system_call_table().size(); ++i) {
        if (!calls[i]) {
            continue;
        }
        const std::string name(policy::system_call_table()[i].name);
        if (names.empty() || names.back().size() + name.size() + 1 > widest) {
            names.push_back(name);
        } else {
            names.back() += " " + name;
        }
    }
    return names;
}

/// Refused calls by what a program is told, and by the statement that refuses them.
void describe_refusals(const policy::SystemCalls& calls, std::vector<FilterLine>& lines) {
    std::map<std::pair<bool, const policy::SystemCallRule*>, CallSet> groups;
    for (std::size_t i = 0; i < policy::system_call_table().size(); ++i) {
        if (calls.refused[i]) {
            const policy::SystemCallRule* const rule = policy::deciding_rule(calls, i);
            const bool unknown = policy::system_call_table()[i].answer == policy::CallAnswer::enosys;
            groups[{unknown, rule != nullptr && rule->allows ? nullptr : rule}].set(i);
        }
    }
    std::vector<FilterLine> told;
    for (const auto& [key, set] : groups) {
        const Origin origin = key.second == nullptr ? Origin{} : key.second->origin;
        for (std::string& names : lines_of_names(set)) {
            told.push_back({(key.first ? "ENOSYS " : "EPERM ") + std::move(names), origin});
        }
    }
    std::sort(told.begin(), told.end(), [](const FilterLine& a, const FilterLine& b) { return a.text < b.text; });
    std::move(told.begin(), told.end(), std::back_inserter(lines));
}

std::vector<FilterLine> describe_filter(const policy::Policy& policy) {
    const policy::SystemCalls& calls = policy.system_calls;
    if (calls.unrestricted.value) {
        const std::string reason =
            calls.unfiltered_reason.empty() ? "" : ", because " + policy::Text(calls.unfiltered_reason).quoted();
        return {{"allow every call: there is no filter" + reason, calls.unrestricted.origin}};
    }
    std::vector<FilterLine> lines = {{"kill calls of a foreign architecture, and of x32", {}}};
    describe_refusals(calls, lines);
    if (!calls.refused[policy::ioctl_call()]) {
        std::string text = "EPERM ioctl";
        for (const std::uint32_t request : refused_requests(calls)) {
            text += " " + policy::ioctl_request_name(request);
        }
        lines.push_back({text, {}});
    }
    if (const auto fcntl = policy::find_system_call("fcntl"); fcntl && !calls.refused[*fcntl]) {
        lines.push_back({"EPERM fcntl F_SETFL with O_ASYNC", {}});
    }
    if (!calls.clone_namespaces && !calls.refused[policy::clone_call()]) {
        lines.push_back({"EPERM clone with a flag that makes a namespace", {}});
    }
    if (!calls.refused[policy::socket_call()]) {
        std::string named;
        for (const auto& [family, origin] : policy.sockets.allowed) {
            named += " " + family;
        }
        lines.push_back({"EAFNOSUPPORT socket" + (named.empty() ? ", whatever the family is" : ", but for" + named), {}});
    }
    lines.push_back({"ENOSYS calls that Linux got after those that this policyc knows", {}});
    CallSet opened;
    for (std::size_t i = 0; i < policy::system_call_table().size(); ++i) {
        opened[i] = !calls.refused[i] && policy::calls_of("@default")[i];
    }
    if (opened.any()) {
        lines.push_back({"allow " + policy::call_names(opened) + ", which sandboxes refuse by default", {}});
    }
    lines.push_back(
        {"allow the other " + std::to_string((policy::all_system_calls() & ~calls.refused & ~opened).count()) + " calls", {}});
    return lines;
}

}  // namespace

SystemCallPlan lower_system_calls(const policy::Policy& policy) {
    const policy::SystemCalls& calls = policy.system_calls;
    SystemCallPlan plan;
    plan.unrestricted = calls.unrestricted.value;
    for (const Machine& machine : machines) {
        plan.machines.push_back({machine.name, machine.audit, machine.has_x32, ranges_of(calls, machine.number)});
    }
    const std::set<std::uint32_t> requests = refused_requests(calls);
    plan.refused_requests.assign(requests.begin(), requests.end());
    for (const auto& [name, origin] : policy.sockets.allowed) {
        const policy::SocketFamily* const family = policy::find_socket_family(name);
        if (name == policy::netlink_route_family) {
            plan.netlink_route = policy.sockets.allowed.count("netlink") == 0;
        } else if (family != nullptr) {
            plan.families.push_back(family->number);
        }
    }
    std::sort(plan.families.begin(), plan.families.end());
    plan.pair_families.push_back(af_unix);  // always; of the other families only this one has pairs
    if (policy.sockets.allowed.count("tipc") != 0) {
        plan.pair_families.push_back(af_tipc);
    }
    plan.lines = describe_filter(policy);
    return plan;
}

}  // namespace sbx::plan
