// Merging and finishing what files say of system calls and sockets, and what of it says nothing (P016): a statement of the root
// file without which the filter would be the same.
#include "compiler/policy/check_parts.hpp"
#include "compiler/policy/resolve_session.hpp"
#include "compiler/policy/socket_families.hpp"
#include "compiler/policy/statement_text.hpp"

#include <algorithm>

namespace sbx::policy {
namespace {

template <class Rules>
void add_each(Rules& into, Rules& from) {
    for (auto& rule : from) {
        if (std::find(into.begin(), into.end(), rule) == into.end()) {
            into.push_back(std::move(rule));
        }
    }
    from.clear();
}

std::vector<SystemCallRule> without(const std::vector<SystemCallRule>& rules, std::size_t index) {
    std::vector<SystemCallRule> rest = rules;
    rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(index));
    return rest;
}

/// Finds statements that say nothing, from the last to the first, so that all that is reported can be removed at once.
class DeadCallRules {
public:
    DeadCallRules(const SystemCalls& calls, bool nested_namespaces, Session& session)
        : mode_(calls.mode), living_(calls.rules), nested_(nested_namespaces), session_(session) {}

    void report() {
        const SourceFile* const root = session_.sources.files.empty() ? nullptr : &session_.sources.files.front();
        for (std::size_t i = living_.size(); i-- > 0;) {
            const SystemCallRule rule = living_[i];
            if (rule.origin.file == root && is_dead(i)) {
                living_ = without(living_, i);
                dead_.push_back(rule);
            }
        }
        for (auto rule = dead_.rbegin(); rule != dead_.rend(); ++rule) {
            session_.profile.dead_statements.push_back(finding_of(*rule));
        }
    }

private:
    [[nodiscard]] SystemCalls with(std::vector<SystemCallRule> rules) const {
        return system_calls_of(mode_, std::move(rules), nested_);
    }
    /// What files that are taken in say may change; so a denial is held against the other denials alone.
    [[nodiscard]] bool is_dead(std::size_t index) const {
        const std::vector<SystemCallRule> rest = without(living_, index);
        if (mode_.value == FilterMode::unrestricted) {
            return true;
        }
        if (living_[index].allows) {
            return with(living_) == with(rest);
        }
        CallSet denied;
        for (const SystemCallRule& rule : rest) {
            denied |= rule.allows || rule.origin.file != living_[index].origin.file ? CallSet() : rule.calls;
        }
        return (living_[index].calls & ~denied).none();
    }

    [[nodiscard]] Diagnostic finding_of(const SystemCallRule& rule) const {
        const std::string statement = in_backquotes(to_statement(rule));
        const bool is_denied = rule.allows && (rule.calls & ~with(living_).refused).none();
        Diagnostic finding = make_finding(DiagnosticKind::dead_filter_statement, rule.origin, "");
        if (mode_.value == FilterMode::unrestricted) {
            finding.severity = Severity::error;
            finding.message = statement + " says nothing: there is no filter, because `syscalls unrestricted` removes it";
            finding.labels.push_back({mode_.origin, "this removes it"});
            finding.help.emplace_back("remove one of the two");
            return finding;
        }
        for (const SystemCallRule& other : living_) {
            const bool decides = (other.calls & rule.calls).any() && (is_denied ? !other.allows : other.allows == rule.allows);
            if (decides && finding.labels.size() < 4) {
                finding.labels.push_back({other.origin, is_denied ? "this denies it" : "this decides there, in the same way"});
            }
        }
        if (is_denied) {
            finding.severity = Severity::error;
            finding.message = statement + " allows nothing: all of it is denied";
            finding.notes.emplace_back("a denial beats every allowance, wherever it stands");
            finding.help.emplace_back("remove it, or deny less");
        } else {
            finding.message = statement + " says nothing: " +
                              (finding.labels.empty() ? "the default set does not refuse it" : "other statements say it already");
            finding.help.emplace_back("remove it");
        }
        return finding;
    }

    Located<FilterMode> mode_;
    std::vector<SystemCallRule> living_;
    std::vector<SystemCallRule> dead_;
    bool nested_;
    Session& session_;
};

/// A family is of use only where sockets can be made.
void report_refused_sockets(const Policy& policy, Session& session) {
    const SystemCalls& calls = policy.system_calls;
    if (policy.sockets.rules.empty() || (!calls.unrestricted.value && !calls.refused[socket_call()])) {
        return;
    }
    const SocketRule& rule = policy.sockets.rules.front();
    const std::string statement = in_backquotes(to_statement(rule));
    Diagnostic finding = make_finding(DiagnosticKind::dead_filter_statement, rule.origin, "");
    finding.severity = Severity::error;
    if (calls.unrestricted.value) {
        finding.message = statement + " says nothing: there is no filter, because `syscalls unrestricted` removes it";
        finding.labels.push_back({calls.mode.origin, "this removes it"});
        finding.help.emplace_back("remove one of the two");
    } else {
        const SystemCallRule* const denial = deciding_rule(calls, socket_call());
        finding.message = statement + " allows nothing: the system call `socket` is refused";
        if (denial != nullptr) {
            finding.labels.push_back({denial->origin, "this refuses it"});
        }
        finding.help.emplace_back(denial != nullptr ? "remove one of the two" : "write `allow socket` in `syscalls only`");
    }
    session.profile.dead_statements.push_back(std::move(finding));
}

}  // namespace

void add_filter_rules(Layer& merged, Layer& sibling) {
    add_each(merged.call_rules, sibling.call_rules);
    add_each(merged.socket_rules, sibling.socket_rules);
    if (merged.unfiltered_reason.empty()) {
        merged.unfiltered_reason = sibling.unfiltered_reason;
    }
}

void lay_over_filters(Layer& lower, Layer& upper) {
    const FilterMode mode = upper.filter_mode ? upper.filter_mode->value : FilterMode::changed;
    if (mode == FilterMode::unrestricted) {
        lower.call_rules.clear();
        lower.socket_rules.clear();
    } else if (mode == FilterMode::only) {
        auto& rules = lower.call_rules;
        rules.erase(std::remove_if(rules.begin(), rules.end(), [](const SystemCallRule& rule) { return rule.allows; }),
                    rules.end());
    }
    add_each(lower.call_rules, upper.call_rules);
    add_each(lower.socket_rules, upper.socket_rules);
    if (!upper.unfiltered_reason.empty()) {
        lower.unfiltered_reason = upper.unfiltered_reason;
    }
}

void normalize_filters(Layer& layer, Policy& policy, Session& session) {
    const bool nested = policy.process.nested_namespaces.value;
    Located<FilterMode> mode;
    if (layer.filter_mode) {
        mode = {layer.filter_mode->value, layer.filter_mode->origin};
    }
    policy.system_calls = system_calls_of(mode, std::move(layer.call_rules), nested);
    policy.system_calls.unfiltered_reason = layer.unfiltered_reason;
    for (const SocketRule& rule : layer.socket_rules) {
        for (const std::string& family : rule.families) {
            policy.sockets.named.try_emplace(family, rule.origin);
        }
    }
    policy.sockets.rules = std::move(layer.socket_rules);
    settle_sockets(policy);
    DeadCallRules(policy.system_calls, nested, session).report();
    report_refused_sockets(policy, session);
}

}  // namespace sbx::policy
