// What is suspicious or refused about a policy as a whole: tests, findings, and what no target of this release can enforce.
#pragma once

#include "compiler/policy/policy.hpp"
#include "grammar/diagnostic.hpp"

#include <optional>

namespace sbx::policy {

/// Decides every expectation of every test, and reports findings about the meaning. Adds to `sink` only.
void check(const Profile& profile, DiagnosticSink& sink);

/// What a later stage has to say of a kind that check() leaves to it, past the waivers; and a waiver of that kind which then
/// accepts nothing. Only F027, which counts mounts, is such a kind.
void check_later(const Profile& profile, std::optional<Diagnostic> finding, DiagnosticSink& sink);

}  // namespace sbx::policy
