// What is suspicious or refused about a policy as a whole: tests, findings, and what no target of this release can enforce.
#pragma once

#include "compiler/policy/policy.hpp"
#include "grammar/diagnostic.hpp"

namespace sbx::policy {

/// Decides every expectation of every test, and reports findings about the meaning. Adds to `sink` only.
void check(const Profile& profile, DiagnosticSink& sink);

}  // namespace sbx::policy
