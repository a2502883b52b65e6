// The parts of check(). Internal to it: each adds what it finds through a Findings.
#pragma once

#include "compiler/policy/check.hpp"

namespace sbx::policy {

/// Where findings go: past the waivers, into the sink.
class Findings {
public:
    Findings(const Profile& profile, DiagnosticSink& sink) : waivers_(profile.waivers), sink_(sink) {}

    /// Severity is the registry's unless given. False where a waiver accepts it.
    bool add(Diagnostic diagnostic);
    [[nodiscard]] const std::vector<Waiver>& waivers() const { return waivers_; }

private:
    std::vector<Waiver> waivers_;
    DiagnosticSink& sink_;
};
/// A diagnostic of a kind, with the registry's severity.
[[nodiscard]] Diagnostic make_finding(DiagnosticKind kind, Origin origin, std::string message);

/// T003 for every expectation that does not hold.
void check_tests(const Profile& profile, Findings& findings);
/// L006: what a ceiling does not grant.
void check_ceilings(const Profile& profile, Findings& findings);
/// F003: masks of the root file that change no view.
void check_masks(const Profile& profile, Findings& findings);
/// F004: the host's /proc inside a wider tree.
void check_host_proc(const Profile& profile, Findings& findings);
/// F026 and P009.
void check_start(const Profile& profile, Findings& findings);
/// P012, or P011 where there is a ceiling.
void check_degradations(const Profile& profile, Findings& findings);
/// F028: `noexec` where Landlock cannot deliver it.
void check_noexec(const Profile& profile, Findings& findings);
/// R013.
void check_tmpfs_total(const Profile& profile, Findings& findings);
/// R012.
void check_tmpfs_memory(const Profile& profile, Findings& findings);
/// R003.
void check_address_space(const Profile& profile, Findings& findings);
/// P018.
void check_temporary_directory(const Profile& profile, Findings& findings);
/// P019.
void check_loader_calls(const Profile& profile, Findings& findings);
/// L010.
void check_grants(const Profile& profile, Findings& findings);

// The catalogue: what is allowed to be said, and is seldom meant. Of statements of the user's files alone: what a standard fragment
// grants is no finding about the profile that uses it.

/// Whether a place is one that a finding may be about.
[[nodiscard]] bool is_own(const Origin& origin);
/// F005, F006, F010, F015, F017, F018, F020 and F025: what a granted path means on a usual host. One finding a node, the gravest
/// that no waiver accepts.
void lint_paths(const Profile& profile, Findings& findings);
/// F016: writable trees of a profile that grants its programs one by one.
void lint_executables(const Profile& profile, Findings& findings);
/// F007: what is hidden at one name and seen at another.
void lint_other_names(const Profile& profile, Findings& findings);
/// N002, N012, N013, N014, N020, N021 and N022.
void lint_network(const Profile& profile, Findings& findings);
/// R004, R005, R009 and R011.
void lint_limits(const Profile& profile, Findings& findings);
/// P001, P002, P003, P007 and P008.
void lint_process(const Profile& profile, Findings& findings);
/// P004: values with the shape of a token.
void lint_secrets(const Profile& profile, Findings& findings);
/// L011.
void lint_whole(const Profile& profile, Findings& findings);
/// T002: expectations that hold whatever the policy says.
void lint_tests(const Profile& profile, Findings& findings);
/// T001: regions that no expectation asks about.
void lint_coverage(const Profile& profile, Findings& findings);

}  // namespace sbx::policy
