// The parts of check(). Internal to it: each adds what it finds through a Findings.
#pragma once

#include "compiler/policy/check.hpp"

namespace sbx::policy {

/// Where findings go: past the waivers, into the sink.
class Findings {
public:
    Findings(const Profile& profile, DiagnosticSink& sink) : waivers_(profile.waivers), sink_(sink) {}

    /// Severity is the registry's unless given.
    void add(Diagnostic diagnostic);
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
/// R013.
void check_tmpfs_total(const Profile& profile, Findings& findings);
/// R003.
void check_address_space(const Profile& profile, Findings& findings);
/// P015.
void check_temporary_directory(const Profile& profile, Findings& findings);
/// L010.
void check_grants(const Profile& profile, Findings& findings);

}  // namespace sbx::policy
