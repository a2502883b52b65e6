// What an organisation asks of its policies beyond the language: `.policyc.json`, in the directory of a policy or the nearest one
// above it. It changes what `policyc check` says, what
// `check` and `build` refuse, and never what a policy means.
#pragma once

#include "compiler/cli/compile.hpp"
#include "compiler/cli/finding_levels.hpp"
#include "compiler/policy/policy.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace sbx::cli {

struct HouseRules {
    std::string path;  ///< of the file; empty where there is none
    std::map<DiagnosticKind, std::optional<Severity>> severities;
    bool pedantic = false;
    std::string ceiling;                              ///< a profile that no policy may go beyond, as a path; empty for none
    std::map<policy::Limit, Origin> required_limits;  ///< each has to be set, and not `unlimited`; where that is said
    /// What origins of the rules' own diagnostics point into.
    std::shared_ptr<const SourceFile> text;
    Origin ceiling_origin;
    std::shared_ptr<const Compilation> ceiling_policy;
    std::vector<std::string> inputs;  ///< the file, the ceiling, and what that takes in
};

/// Found, read and kept, so that a directory of policies reads it once.
class HouseRuleBook {
public:
    /// Of the policy at `path`; `-` is a file of the working directory. std::system_error if the file, or the ceiling that it
    /// names, can't be read or has something else in it than house rules.
    [[nodiscard]] const HouseRules& of(const std::string& path);

private:
    std::map<std::string, HouseRules> by_file_;
};

/// Refuses, as diagnostics in `done`, what the rules forbid; then there is no bundle. Nothing for a fragment, or a policy that was
/// not understood.
void apply_house_rules(Compilation& done, const HouseRules& rules);

}  // namespace sbx::cli
