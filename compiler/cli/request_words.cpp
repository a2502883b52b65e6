// A request from the command line; see the header.
#include "compiler/cli/request_words.hpp"

#include "compiler/cli/display_text.hpp"
#include "compiler/policy/resolve.hpp"
#include "grammar/diagnostic.hpp"

#include <fmt/format.h>

namespace sbx::cli {
namespace {

using policy::RequestKind;
using policy::SandboxPath;

ParsedRequest refused(std::string message, std::string help) {
    ParsedRequest parsed;
    parsed.error = UsageError{std::move(message), std::move(help)};
    return parsed;
}

ParsedRequest parse_path(RequestKind kind, const std::string& verb, std::string word, const policy::Policy& policy) {
    ParsedRequest parsed;
    parsed.text = fmt::format("{} {}", verb, displayed(word));
    while (word.size() > 1 && word.back() == '/') {
        word.pop_back();
    }
    std::string why_not = "it is not absolute";
    std::optional<SandboxPath> path;
    if (word.front() == '$') {
        const std::size_t slash = word.find('/');
        const std::string name = word.substr(1, slash == std::string::npos ? slash : slash - 1);
        if (policy.parameters.count(name) == 0) {
            return refused(fmt::format("the policy has no `param {}`", displayed(name)),
                           "a path begins with `/`, or with a parameter of the policy: `'$scratch/out'`");
        }
        path = SandboxPath::below_parameter(name, slash == std::string::npos ? "" : word.substr(slash), &why_not);
    } else {
        path = SandboxPath::literal(word, &why_not);
    }
    if (!path) {
        return refused(fmt::format("`{}` is no path that a policy can mean: {}", displayed(word), why_not),
                       word.front() == '/' ? fmt::format("ask about `{}`", displayed(SandboxPath::normalized(word)))
                                           : "a path begins with `/`, as seen inside the sandbox");
    }
    parsed.request.kind = kind;
    parsed.request.path = *path;
    return parsed;
}

ParsedRequest parse_connect(const std::vector<std::string>& words) {
    const std::string protocol = words.size() == 3 ? words[1] : "tcp";
    if (protocol != "tcp" && protocol != "udp") {
        return refused(fmt::format("`connect` takes `tcp` or `udp`, not `{}`", displayed(protocol)),
                       "for example `connect tcp 10.20.3.4:443`");
    }
    ParsedRequest parsed;
    parsed.request.endpoint = policy::parse_endpoint(words.back());
    if (!parsed.request.endpoint) {
        return refused(fmt::format("`{}` is not an address and a port", displayed(words.back())),
                       "write `10.20.3.4:443` or `[2001:db8::1]:443`; names are not looked up");
    }
    parsed.request.kind = protocol == "udp" ? RequestKind::connect_udp : RequestKind::connect_tcp;
    parsed.text = fmt::format("connect {} {}", protocol, policy::to_text(*parsed.request.endpoint));
    return parsed;
}

class NoFiles final : public policy::FileReader {
public:
    [[nodiscard]] std::optional<std::string> read(const std::string&) const override { return std::nullopt; }
    [[nodiscard]] std::string canonical(const std::string& path) const override { return path; }
};

/// The value as the language has it, read by the compiler itself in a policy of that one limit; nullopt, with its words, if it
/// refuses.
std::optional<policy::LimitValue> read_value(policy::Limit limit, const std::string& word, std::string& why_not) {
    if (word.find_first_of(" \t\r\n;{}[]#,\"") != std::string::npos) {
        why_not = "it is not one word";
        return std::nullopt;
    }
    policy::SourceSet sources;
    DiagnosticSink sink;
    const policy::Profile profile = policy::resolve(
        "-", fmt::format("sbx 1\nprofile asked\nlimits {{ {} {} }}\n", policy::to_text(limit), word), NoFiles(), {}, sources, sink);
    for (const Diagnostic& each : sink.sorted()) {
        why_not = each.message;
        return std::nullopt;
    }
    const auto found = profile.policy.limits.find(limit);
    if (found == profile.policy.limits.end() || !found->second.origin.known()) {
        why_not = "no target of this release delivers the limit";
        return std::nullopt;
    }
    return found->second.value;
}

/// `limit NAME` asks for what is in force; `limit NAME VALUE` whether that is VALUE.
ParsedRequest parse_limit(const std::vector<std::string>& words, const policy::Policy& policy) {
    const auto limit = policy::find_limit(words[1]);
    if (!limit) {
        return refused(fmt::format("`{}` is not a limit", displayed(words[1])),
                       "for example `limit open-files` or `limit cpu-time 60s`");
    }
    ParsedRequest parsed;
    parsed.request.kind = RequestKind::limit;
    parsed.request.limit = *limit;
    const auto actual = policy.limits.find(*limit);
    if (words.size() == 2) {
        parsed.text = fmt::format("limit {}", policy::to_text(*limit));
        parsed.asks_for_value = true;
        parsed.request.limit_value = actual == policy.limits.end() ? policy::LimitValue(policy::Unlimited{}) : actual->second.value;
        return parsed;
    }
    parsed.text = fmt::format("limit {} {}", policy::to_text(*limit), displayed(words[2]));
    if (words[2].starts_with('$')) {
        parsed.request.limit_value = policy::ParameterValue{words[2].substr(1)};
        return policy.parameters.count(words[2].substr(1)) != 0
                   ? parsed
                   : refused(fmt::format("the policy has no `param {}`", displayed(words[2].substr(1))), "");
    }
    std::string why_not;
    const auto value = read_value(*limit, words[2], why_not);
    if (!value) {
        return refused(
            fmt::format("`{}` is no value of `{}`: {}", displayed(words[2]), policy::to_text(*limit), displayed(why_not)),
            fmt::format("`policyc explain {}` says what it takes", policy::to_text(*limit)));
    }
    parsed.request.limit_value = *value;
    return parsed;
}

ParsedRequest parse_system_call(const std::string& name) {
    if (!policy::find_system_call(name)) {
        const auto similar = nearest(name, policy::system_call_names());
        return refused(fmt::format("`{}` is no system call of x86_64 or aarch64", displayed(name)),
                       similar ? fmt::format("did you mean `{}`?", *similar) : "");
    }
    ParsedRequest parsed;
    parsed.request.kind = RequestKind::syscall;
    parsed.request.name = name;
    parsed.text = fmt::format("syscall {}", name);
    return parsed;
}

}  // namespace

const std::vector<std::string_view>& request_verbs() {
    static const std::vector<std::string_view> all = {"read", "write", "exec", "connect", "resolve", "env", "limit", "syscall"};
    return all;
}

ParsedRequest parse_request(const std::vector<std::string>& words, const policy::Policy& policy) {
    const std::string& verb = words.front();
    if (verb == "connect") {
        return parse_connect(words);
    }
    if (verb == "limit") {
        return parse_limit(words, policy);
    }
    if (words.size() == 3 || words.back().empty()) {
        return refused(fmt::format("`{}` takes one word", displayed(verb)), "ask one question at a time");
    }
    if (verb == "env") {
        ParsedRequest parsed;
        parsed.request.kind = RequestKind::environment;
        parsed.request.name = words.back();
        parsed.text = fmt::format("env {}", displayed(words.back()));
        return parsed;
    }
    if (verb == "syscall") {
        return parse_system_call(words.back());
    }
    if (verb == "resolve") {
        ParsedRequest parsed;
        parsed.request.kind = RequestKind::resolve;
        parsed.request.name = words.back();
        parsed.text = fmt::format("resolve {}", displayed(words.back()));
        return parsed;
    }
    if (verb == "read" || verb == "write" || verb == "exec") {
        const RequestKind kind = verb == "read" ? RequestKind::read : verb == "write" ? RequestKind::write : RequestKind::exec;
        return parse_path(kind, verb, words.back(), policy);
    }
    const auto similar = nearest(verb, request_verbs());
    return refused(
        fmt::format("`why` knows read, write, exec, connect, resolve, env, limit and syscall, not `{}`", displayed(verb)),
        similar ? fmt::format("did you mean `{}`?", *similar) : "");
}

}  // namespace sbx::cli
