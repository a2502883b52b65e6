// See the header.
#include "compiler/policy/restored_filters.hpp"

#include "compiler/policy/filter_lines.hpp"
#include "compiler/policy/restored_text.hpp"
#include "compiler/policy/socket_families.hpp"

namespace sbx::policy {
namespace {

bool add_block(RestoredText& text, const char* head, const std::vector<FilterStatement>& statements) {
    text.line(head);
    for (const FilterStatement& each : statements) {
        if (!text.statement(each.words)) {
            return false;
        }
    }
    text.line("}");
    return true;
}

/// Each rule is one statement, in its words: a row that says more than it means is none.
template <class Rules>
bool place(Rules& rules, const std::vector<FilterStatement>& statements) {
    if (rules.size() != statements.size()) {
        return false;
    }
    for (std::size_t i = 0; i < rules.size(); ++i) {
        if (to_statement(rules[i]) != statements[i].words) {
            return false;
        }
        rules[i].origin = statements[i].origin;
    }
    return true;
}

}  // namespace

std::optional<std::string> restored_reason(const std::string& words) {
    RestoredText text;
    if (!text.statement("syscalls " + words)) {
        return std::nullopt;
    }
    const SystemCalls calls = text.read().system_calls;
    const bool is_said = calls.unrestricted.value && !calls.unfiltered_reason.empty();
    return is_said && unfiltered_statement(calls) == "syscalls " + words ? std::optional(calls.unfiltered_reason) : std::nullopt;
}

std::optional<RestoredFilters> restored_filters(const Policy& policy, const FilterStatements& statements) {
    if (policy.system_calls.unrestricted.value || statements.mode.value == FilterMode::unrestricted) {
        return std::nullopt;
    }
    RestoredText text;
    const char* const head = statements.mode.value == FilterMode::only ? "syscalls only {" : "syscalls {";
    if (!add_block(text, head, statements.calls) || !add_block(text, "sockets {", statements.sockets)) {
        return std::nullopt;
    }
    const Policy read = text.read();
    std::vector<SystemCallRule> rules = read.system_calls.rules;
    Policy restored = policy;
    restored.sockets = read.sockets;
    if (!place(rules, statements.calls) || !place(restored.sockets.rules, statements.sockets)) {
        return std::nullopt;
    }
    restored.system_calls = system_calls_of(statements.mode, std::move(rules), policy.process.nested_namespaces.value);
    restored.sockets.named.clear();
    for (const SocketRule& rule : restored.sockets.rules) {
        for (const std::string& family : rule.families) {
            restored.sockets.named.try_emplace(family, rule.origin);
        }
    }
    settle_sockets(restored);
    if (!(restored.system_calls == policy.system_calls) || !(restored.sockets == policy.sockets)) {
        return std::nullopt;
    }
    return RestoredFilters{std::move(restored.system_calls), std::move(restored.sockets)};
}

}  // namespace sbx::policy
