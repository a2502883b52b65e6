// What SBX-F001 says. See the header.
#include "compiler/policy/dead_node.hpp"

#include "compiler/policy/check_parts.hpp"
#include "compiler/policy/statement_text.hpp"

namespace sbx::policy {
namespace {

std::string quoted_head(const PlacedNode& node) {
    return in_backquotes(statement_head(node.path, node.node));
}

std::string message_of(const PlacedNode& node, std::size_t paths, const std::vector<const PlacedNode*>& covering, bool differs) {
    std::string others;
    for (const PlacedNode* each : covering) {
        others += (others.empty() ? "" : each == covering.back() ? " and " : ", ") + quoted_head(*each);
    }
    const bool several = paths > 1;
    const std::string subject = quoted_head(node) + (several ? " and " + std::to_string(paths - 1) + " more of its paths" : "");
    if (differs) {
        return subject + (several ? " have" : " has") + " no effect: " + others + (covering.size() > 1 ? " decide" : " decides") +
               " otherwise";
    }
    return subject + (several ? " say" : " says") + " nothing that " + others + (covering.size() > 1 ? " do" : " does") +
           " not say";
}

void add_notes(const PlacedNode& node, const std::vector<const PlacedNode*>& covering, bool differs, Diagnostic& finding) {
    const bool refused = differs && std::holds_alternative<Mask>(covering.front()->node.content);
    if (refused) {
        finding.notes.push_back("no launch is possible: every value of `$" + node.path.parameter() +
                                "` lies below the `hide`, and is refused");
        finding.help.emplace_back("declare the parameter under another directory, or remove the `hide`");
    } else if (differs) {
        finding.notes.emplace_back("its mode lets nobody in, so nothing below it can be reached");
        finding.help.push_back("give " + quoted_head(*covering.front()) + " `{ mode 755 }`, or remove one of the two");
    } else {
        const bool insists = std::holds_alternative<HostTree>(node.node.content) && !node.node.optional && node.path.is_literal();
        if (insists) {
            finding.notes.emplace_back("all that it adds is that a launch is refused where the host lacks the path");
        }
        finding.help.emplace_back(insists ? "remove it, or waive the finding if the launch is to insist on the path" : "remove it");
    }
}

}  // namespace

Diagnostic dead_node(const PlacedNode& node, std::size_t paths, const std::vector<const PlacedNode*>& covering, bool differs) {
    Diagnostic finding = make_finding(DiagnosticKind::dead_statement, node.node.origin, message_of(node, paths, covering, differs));
    finding.severity = differs ? Severity::error : finding.severity;
    for (const PlacedNode* each : covering) {
        finding.labels.push_back({each->node.origin, differs ? "this decides there" : "this decides there, in the same way"});
    }
    add_notes(node, covering, differs, finding);
    return finding;
}

}  // namespace sbx::policy
