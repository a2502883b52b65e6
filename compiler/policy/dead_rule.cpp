// What SBX-N001 says. See the header.
#include "compiler/policy/dead_rule.hpp"

#include "compiler/policy/check_parts.hpp"
#include "compiler/policy/network_text.hpp"
#include "compiler/policy/removal.hpp"
#include "compiler/policy/statement_text.hpp"

#include <algorithm>
#include <string>

namespace sbx::policy {
namespace {

bool denies(const NetworkRule* rule) {
    return rule->statement == NetworkStatement::deny;
}

/// `a`, `b` and 3 more.
std::string list_of(const std::vector<const NetworkRule*>& rules) {
    constexpr std::size_t most_named = 4;
    std::string text;
    const std::size_t named = rules.size() > most_named ? most_named - 1 : rules.size();
    for (std::size_t i = 0; i < named; ++i) {
        const bool is_last = i + 1 == rules.size();
        text += (i == 0 ? "" : is_last ? " and " : ", ") + in_backquotes(to_statement(*rules[i]));
    }
    return named == rules.size() ? text : text + " and " + std::to_string(rules.size() - named) + " more";
}

std::string message_of(const NetworkRule& rule, const std::vector<const NetworkRule*>& covering, bool differs) {
    const std::string subject = in_backquotes(to_statement(rule));
    const bool several = covering.size() > 1;
    if (differs) {
        return subject + " allows nothing: " + list_of(covering) + (several ? " deny" : " denies") + " all of it";
    }
    if (denies(&rule) || std::none_of(covering.begin(), covering.end(), denies)) {
        return subject + " says nothing that " + list_of(covering) + (several ? " do" : " does") + " not say";
    }
    return subject + " says nothing: " + list_of(covering) + " decide all of it";
}

}  // namespace

Diagnostic dead_rule(const NetworkRule& rule, const std::vector<const NetworkRule*>& covering, bool differs) {
    Diagnostic finding = make_finding(DiagnosticKind::dead_network_statement, rule.origin, message_of(rule, covering, differs));
    finding.severity = differs ? Severity::error : finding.severity;
    constexpr std::size_t most_shown = 4;
    for (std::size_t i = 0; i < covering.size() && i < most_shown; ++i) {
        const bool otherwise = denies(covering[i]) && !denies(&rule);
        finding.labels.push_back({covering[i]->origin, otherwise ? "this denies it" : "this decides there, in the same way"});
    }
    if (differs) {
        finding.notes.emplace_back("a denial beats every allowance, wherever it stands");
        finding.help.emplace_back("remove it, or deny less");
    } else {
        finding.help.emplace_back("remove it");
        finding.fixes.push_back(statement_removal(rule.origin, true));
    }
    return finding;
}

Diagnostic unjudged_rules(const NetworkRule& first, std::size_t count) {
    Diagnostic finding =
        make_finding(DiagnosticKind::dead_network_statement, first.origin,
                     "the " + std::to_string(count) +
                         " network statements of this file overlap too much to be held against each other: whether one "
                         "of them says nothing was not looked at");
    finding.notes.emplace_back("what they allow is decided all the same, exactly");
    finding.help.emplace_back(
        "join statements that differ in their addresses or ports alone: `allow tcp to [10.0.0.1, 10.0.0.7] port 443`");
    return finding;
}

}  // namespace sbx::policy
