// Findings about the filter of system calls as a whole.
#include "compiler/policy/check_parts.hpp"
#include "compiler/policy/system_calls.hpp"

#include <cstddef>
#include <string>

namespace sbx::policy {

namespace {}  // namespace

void check_loader_calls(const Profile& profile, Findings& findings) {
    const SystemCalls& filter = profile.policy.system_calls;
    const CallSet refused = filter.refused & calls_of("@loader");
    if (profile.is_fragment || refused.none()) {
        return;
    }
    const bool is_list = filter.mode.value == FilterMode::only;
    const SystemCallRule* const rule = deciding_rule(filter, first_of(refused));
    const bool is_denied = rule != nullptr && !rule->allows;
    Diagnostic finding =
        make_finding(DiagnosticKind::loader_calls_refused, is_denied ? rule->origin : filter.mode.origin,
                     "no dynamically linked program starts: its loader is refused `" + call_names(refused, "`, `") + "`");
    finding.notes.emplace_back("the loader gives up with exit status 127, before anything of the program runs");
    finding.help.emplace_back(is_denied || !is_list
                                  ? "leave these out of what is denied; `policyc explain @loader` lists what a loader asks for"
                                  : "add `allow @loader`, or waive this where the program is static");
    findings.add(std::move(finding));
}

}  // namespace sbx::policy
