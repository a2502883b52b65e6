// Sets back to statements. See the header.
#include "compiler/policy/filter_lines.hpp"

#include "compiler/policy/socket_families.hpp"
#include "compiler/policy/text.hpp"

namespace sbx::policy {
namespace {

constexpr std::size_t names_a_statement = 8;
/// A bundle's policy.json holds what the policy means, and not why.
const std::string no_reason_known = "the reason stands in the source of the policy";

class RuleWriter {
public:
    explicit RuleWriter(const SystemCalls& calls) : calls_(calls) {}

    /// Calls that are allowed without a condition, a few a statement; what needs a reason stands with its like.
    void allow(const CallSet& calls) {
        std::map<std::string, CallSet> by_reason;
        for (std::size_t i = 0; i < system_call_table().size(); ++i) {
            if (calls[i]) {
                by_reason[calls_of("@default")[i] ? reason_of(i) : ""].set(i);
            }
        }
        for (const auto& [reason, each] : by_reason) {
            add(each, true, reason);
        }
    }
    void deny(const CallSet& calls) { add(calls, false, ""); }

    void allow_ioctl() {
        SystemCallRule rule = named(ioctl_call(), true);
        rule.except = calls_.refused_requests;
        rule.words = "ioctl";
        for (const std::uint32_t request : calls_.refused_requests) {
            rule.words += (request == *calls_.refused_requests.begin() ? " except " : " ") + ioctl_request_name(request);
        }
        if (calls_.refused_requests.count(tiocsti_request) == 0 || calls_.refused_requests.count(tioclinux_request) == 0) {
            rule.reason = reason_of(ioctl_call());
        }
        rules.push_back(std::move(rule));
    }
    void allow_clone() {
        SystemCallRule rule = named(clone_call(), true);
        rule.clone_namespaces = calls_.clone_namespaces;
        rule.words = calls_.clone_namespaces ? "clone" : "clone without namespaces";
        rule.reason = calls_.clone_namespaces ? reason_of(clone_call()) : "";
        rules.push_back(std::move(rule));
    }

    std::vector<SystemCallRule> rules;

private:
    [[nodiscard]] std::string reason_of(std::size_t call) const {
        const SystemCallRule* const rule = deciding_rule(calls_, call);
        return rule == nullptr || rule->reason.empty() ? no_reason_known : rule->reason;
    }
    [[nodiscard]] SystemCallRule named(std::size_t call, bool allows) const {
        SystemCallRule rule;
        rule.allows = allows;
        rule.calls.set(call);
        const SystemCallRule* const decides = deciding_rule(calls_, call);
        rule.origin = decides == nullptr ? calls_.mode.origin : decides->origin;
        return rule;
    }
    void add(const CallSet& calls, bool allows, const std::string& reason) {
        std::optional<SystemCallRule> rule;
        for (std::size_t i = 0; i < system_call_table().size(); ++i) {
            if (!calls[i]) {
                continue;
            }
            if (!rule) {
                rule = named(i, allows);
                rule->reason = reason;
            }
            rule->calls.set(i);
            rule->words += (rule->words.empty() ? "" : " ") + std::string(system_call_table()[i].name);
            if (rule->calls.count() == names_a_statement) {
                rules.push_back(*std::move(rule));
                rule.reset();
            }
        }
        if (rule) {
            rules.push_back(*std::move(rule));
        }
    }

    const SystemCalls& calls_;
};

CallSet one(std::size_t call) {
    CallSet set;
    set.set(call);
    return set;
}

std::vector<SystemCallRule> rules_from_nothing(const SystemCalls& calls) {
    RuleWriter writer(calls);
    writer.allow(all_system_calls() & ~calls.refused & ~calls_of("@start") & ~one(ioctl_call()) & ~one(clone_call()));
    if (!calls.refused[ioctl_call()]) {
        writer.allow_ioctl();
    }
    if (!calls.refused[clone_call()]) {
        writer.allow_clone();
    }
    return std::move(writer.rules);
}

FilterBlock block_of(std::string head, const std::vector<SystemCallRule>& rules) {
    FilterBlock block{std::move(head), {}, {}};
    for (const SystemCallRule& rule : rules) {
        block.rules.emplace_back(to_statement(rule), rule.origin);
    }
    return block;
}

FilterBlock socket_block(const Policy& policy) {
    FilterBlock block{"sockets", {}, {}};
    const std::set<std::string> implied = implied_families(policy);
    for (const auto& [family, origin] : policy.sockets.allowed) {
        const bool in_netlink = family == netlink_route_family && policy.sockets.allowed.count("netlink") != 0;
        if (implied.count(family) != 0 || in_netlink) {
            continue;
        }
        std::string reason;
        for (const SocketRule& rule : policy.sockets.rules) {
            reason = rule.families.count(family) != 0 && reason.empty() ? rule.reason : reason;
        }
        const SocketRule rule{{family}, is_plain_family(family) ? "" : reason.empty() ? no_reason_known : reason, origin};
        block.rules.emplace_back(to_statement(rule), origin);
    }
    return block;
}

}  // namespace

std::vector<SystemCallRule> rules_from_default(const SystemCalls& calls, bool nested_namespaces) {
    const SystemCalls usual = default_system_calls(nested_namespaces);
    RuleWriter writer(calls);
    if (calls.unrestricted.value) {
        return {};
    }
    writer.allow(usual.refused & ~calls.refused);
    if (!calls.refused[ioctl_call()] && calls.refused_requests != usual.refused_requests) {
        writer.allow_ioctl();
    }
    if (!calls.refused[clone_call()] && calls.clone_namespaces != usual.clone_namespaces) {
        writer.allow_clone();
    }
    writer.deny(calls.refused & ~usual.refused);
    return std::move(writer.rules);
}

std::string unfiltered_statement(const SystemCalls& calls) {
    const std::string& reason = calls.unfiltered_reason.empty() ? no_reason_known : calls.unfiltered_reason;
    return "syscalls unrestricted because " + Text(reason).quoted();
}

std::vector<FilterBlock> filter_blocks(const Policy& policy) {
    const SystemCalls& calls = policy.system_calls;
    std::vector<FilterBlock> blocks;
    if (calls.unrestricted.value) {
        blocks.push_back({unfiltered_statement(calls), calls.mode.origin, {}});
        return blocks;
    }
    if (calls.mode.value == FilterMode::only) {
        blocks.push_back(block_of("syscalls only", rules_from_nothing(calls)));
    } else {
        blocks.push_back(block_of("syscalls", rules_from_default(calls, policy.process.nested_namespaces.value)));
    }
    blocks.push_back(socket_block(policy));
    std::vector<FilterBlock> filled;
    for (FilterBlock& block : blocks) {
        if (!block.rules.empty() || block.head == "syscalls only") {
            filled.push_back(std::move(block));
        }
    }
    return filled;
}

void settle_filters(Policy& policy) {
    const std::string reason = policy.system_calls.unfiltered_reason;
    policy.system_calls =
        system_calls_of(policy.system_calls.mode, policy.system_calls.rules, policy.process.nested_namespaces.value);
    policy.system_calls.unfiltered_reason = reason;
    settle_sockets(policy);
}

}  // namespace sbx::policy
