// Slips in what is said of system calls and sockets: a statement lost, `deny` for `allow`, the filter left out.
#include "compiler/policy/mutants_filters.hpp"

#include "compiler/policy/filter_lines.hpp"
#include "compiler/policy/standard_fragments.hpp"
#include "compiler/policy/statement_text.hpp"

namespace sbx::policy {
namespace {

void hand_on(const Policy& policy, std::string change, const Origin& origin, std::vector<SystemCallRule> rules,
             const std::function<void(const Mutant&)>& body) {
    Mutant mutant{std::move(change), origin, Askable::yes, policy};
    mutant.policy.system_calls.rules = std::move(rules);
    settle_filters(mutant.policy);
    const SystemCalls& before = policy.system_calls;
    const SystemCalls& after = mutant.policy.system_calls;
    if (before.refused == after.refused) {  // what is left is about arguments, and no request names those
        mutant.askable = Askable::no_request;
    }
    body(mutant);
}

}  // namespace

void mutate_filters(const Policy& policy, const std::function<void(const Mutant&)>& body) {
    const std::vector<SystemCallRule>& rules = policy.system_calls.rules;
    for (std::size_t i = 0; i < rules.size(); ++i) {
        if (!rules[i].origin.known() || is_standard(rules[i].origin)) {
            continue;
        }
        const std::string statement = in_backquotes(to_statement(rules[i]));
        std::vector<SystemCallRule> changed = rules;
        changed.erase(changed.begin() + static_cast<std::ptrdiff_t>(i));
        hand_on(policy, "without " + statement, rules[i].origin, std::move(changed), body);
        if (rules[i].allows && (rules[i].calls & calls_of("@start")).none()) {
            changed = rules;
            changed[i].allows = false;
            std::string change = in_backquotes(to_statement(changed[i])) + " for " + statement;
            hand_on(policy, std::move(change), rules[i].origin, std::move(changed), body);
        }
    }
    for (const SocketRule& rule : policy.sockets.rules) {
        if (rule.origin.known() && !is_standard(rule.origin)) {
            Mutant mutant{"without " + in_backquotes(to_statement(rule)), rule.origin, Askable::no_request, policy};
            for (const std::string& family : rule.families) {
                mutant.policy.sockets.named.erase(family);
            }
            settle_filters(mutant.policy);
            body(mutant);
        }
    }
}

}  // namespace sbx::policy
