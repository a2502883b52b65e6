// The reference semantics: each kind of request by its own rule. Settings are decided here, paths in decide_filesystem.cpp and
// decide_parameters.cpp, addresses and names in decide_network.cpp. Assumes a resolved policy; every answer has a reason.
#include "compiler/policy/decide.hpp"

#include "compiler/policy/decide_filesystem.hpp"
#include "compiler/policy/decide_filters.hpp"
#include "compiler/policy/decide_network.hpp"
#include "compiler/policy/statement_text.hpp"

#include <algorithm>

namespace sbx::policy {
namespace {

bool matches(const std::string& pattern, const std::string& name) {
    return pattern.ends_with('*') ? name.starts_with(std::string_view(pattern).substr(0, pattern.size() - 1)) : pattern == name;
}

/// The entry that covers `name`: the name itself, or the first pattern.
const std::pair<const std::string, Origin>* entry_for(const std::map<std::string, Origin>& entries, const std::string& name) {
    if (const auto exact = entries.find(name); exact != entries.end()) {
        return &*exact;
    }
    for (const auto& entry : entries) {
        if (matches(entry.first, name)) {
            return &entry;
        }
    }
    return nullptr;
}

/// A line's worth of a value.
std::string shortened(std::string quoted) {
    constexpr std::size_t most_shown = 60;
    if (quoted.size() > most_shown) {
        std::size_t end = most_shown;
        while ((static_cast<unsigned char>(quoted[end]) & 0xc0U) == 0x80U) {  // not within a character
            --end;
        }
        quoted = quoted.substr(0, end) + "…";
    }
    return quoted;
}

Decision decide_environment(const Environment& environment, const std::string& name) {
    if (const auto fixed = environment.fixed.find(name); fixed != environment.fixed.end()) {
        return answer(Verdict::allowed, fixed->second.origin,
                      "`set " + name + " = " + shortened(fixed->second.value.quoted()) + "` fixes its value",
                      "remove `set " + name + "`");
    }
    if (const auto* kept = entry_for(environment.kept, name)) {
        return answer(Verdict::depends, kept->second,
                      "it depends on the caller: `keep " + kept->first + "` passes it on where it is set",
                      "write `set " + name + " = \"…\"` to have it always, or remove `keep " + kept->first + "`");
    }
    if (const auto* accepted = entry_for(environment.accepted, name)) {
        return answer(Verdict::depends, accepted->second,
                      "it depends on the caller: `accept " + accepted->first + "` lets a launch pass it with `--env`",
                      "write `set " + name + " = \"…\"` to have it always, or remove `accept " + accepted->first + "`");
    }
    return answer(Verdict::denied, {}, "no statement sets, keeps or accepts `" + name + "`, and the environment starts empty",
                  "add `keep " + name + "` or `set " + name + " = \"…\"`");
}

/// A limit that is a parameter equals a number for the launch that says so, if it can.
Decision compare_parameter(const Policy& policy, Limit limit, const Located<LimitValue>& actual, const LimitValue& asked) {
    const std::string& name = std::get<ParameterValue>(actual.value).parameter;
    const std::string statement = "`" + std::string(to_text(limit)) + " $" + name + "`";
    const auto* number = std::get_if<std::uint64_t>(&asked);
    const auto found = policy.parameters.find(name);
    if (number == nullptr || found == policy.parameters.end()) {
        return answer(Verdict::denied, actual.origin, statement + " takes the launch's value",
                      "write `" + std::string(to_text(limit)) + " " + to_text(limit, asked) + "`");
    }
    const Parameter& parameter = found->second.value;
    const std::string text = std::to_string(*number);
    const bool in_range = !parameter.range || (parameter.range->first <= *number && *number <= parameter.range->second);
    const bool listed =
        parameter.one_of.empty() || std::find(parameter.one_of.begin(), parameter.one_of.end(), text) != parameter.one_of.end();
    if (!in_range || !listed) {
        return answer(Verdict::denied, actual.origin, statement + " never has this value: `" + to_statement(name, parameter) + "`",
                      "write `" + std::string(to_text(limit)) + " " + to_text(limit, asked) + "`");
    }
    const bool only_one = parameter.range ? parameter.range->first == parameter.range->second : parameter.one_of.size() == 1;
    return answer(only_one ? Verdict::allowed : Verdict::depends, actual.origin,
                  "it depends on the value of `$" + name + "`: " + statement, {});
}

Decision decide_limit(const Policy& policy, const Request& request) {
    if (!request.limit) {
        return answer(Verdict::denied, {}, "the request names no limit", {});
    }
    const std::string word(to_text(*request.limit));
    const std::string wanted = word + " " + to_text(*request.limit, request.limit_value);
    const auto found = policy.limits.find(*request.limit);
    if (found == policy.limits.end()) {
        const Limit limit = *request.limit;
        if (limit == Limit::grace) {
            return answer(Verdict::denied, {}, "no limit has the sandbox ended, so nothing waits for `grace`",
                          "set a `wall-time` or an `output`");
        }
        const bool inherited = limit != Limit::wall_time && limit != Limit::output && limit != Limit::tmpfs_total;
        return answer(Verdict::denied, {},
                      "no statement sets `" + word + "`, so " + (inherited ? "it is inherited from the caller" : "there is none"),
                      "add `" + wanted + "`");
    }
    const Located<LimitValue>& actual = found->second;
    const std::string statement = "`" + word + " " + to_text(*request.limit, actual.value) + "`";
    if (actual.value == request.limit_value) {
        return answer(Verdict::allowed, actual.origin, statement + " is in force", {});
    }
    if (std::holds_alternative<ParameterValue>(actual.value)) {
        return compare_parameter(policy, *request.limit, actual, request.limit_value);
    }
    return answer(Verdict::denied, actual.origin, statement + " is in force", "write `" + wanted + "`");
}

}  // namespace

Decision answer(Verdict verdict, Origin origin, std::string reason, std::string advice) {
    Decision decision;
    decision.verdict = verdict;
    decision.origin = origin;
    decision.reason = std::move(reason);
    decision.advice = std::move(advice);
    return decision;
}

std::string_view to_text(Verdict verdict) {
    switch (verdict) {
        case Verdict::denied:
            return "denied";
        case Verdict::allowed:
            return "allowed";
        case Verdict::depends:
            return "depends on the launch";
    }
    return {};
}

std::string_view to_text(View view) {
    switch (view) {
        case View::absent:
            return "absent";
        case View::masked:
            return "masked";
        case View::implied_directory:
            return "implied directory";
        case View::link:
            return "dangling link";
        case View::private_read:
            return "private, read-only";
        case View::procfs:
            return "procfs";
        case View::device:
            return "device";
        case View::private_write:
            return "private, writable";
        case View::host_read:
            return "host, read-only";
        case View::host_write:
            return "host, writable";
        case View::socket:
            return "socket";
    }
    return {};
}

Decision decide(const Policy& policy, const Request& request) {
    switch (request.kind) {
        case RequestKind::read:
        case RequestKind::write:
        case RequestKind::exec:
            return decide_for_every_value(policy, request);
        case RequestKind::connect_tcp:
        case RequestKind::connect_udp:
            return decide_connect(policy, request);
        case RequestKind::resolve:
            return decide_resolve(policy, request);
        case RequestKind::syscall:
            return decide_system_call(policy, request.name);
        case RequestKind::environment:
            return decide_environment(policy.environment, request.name);
        case RequestKind::limit:
            return decide_limit(policy, request);
    }
    return {};
}

}  // namespace sbx::policy
