// A request from the command line; see the header.
#include "compiler/cli/request_words.hpp"

#include "compiler/cli/display_text.hpp"
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

}  // namespace

ParsedRequest parse_request(const std::vector<std::string>& words, const policy::Policy& policy) {
    const std::string& verb = words.front();
    static const std::vector<std::string_view> known = {"read", "write", "exec", "connect", "env"};
    if (verb == "connect") {
        return parse_connect(words);
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
    if (verb == "read" || verb == "write" || verb == "exec") {
        const RequestKind kind = verb == "read" ? RequestKind::read : verb == "write" ? RequestKind::write : RequestKind::exec;
        return parse_path(kind, verb, words.back(), policy);
    }
    const auto similar = nearest(verb, known);
    return refused(fmt::format("`why` knows read, write, exec, connect and env, not `{}`", displayed(verb)),
                   similar ? fmt::format("did you mean `{}`?", *similar) : "");
}

}  // namespace sbx::cli
