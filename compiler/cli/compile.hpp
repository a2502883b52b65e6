// The pipeline from a file's bytes to a bundle in memory: parse, resolve, check, lower, emit, verify. Stops at the first stage
// boundary with errors behind it. Reads through the given reader and writes nothing.
#pragma once

#include "compiler/cli/finding_levels.hpp"
#include "compiler/plan/execution_plan.hpp"
#include "compiler/policy/resolve.hpp"
#include "compiler/verify/finding.hpp"
#include "emitters/emit.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace sbx::cli {

/// How far to go. `checked` takes fragments too; the others refuse them.
enum class Until : std::uint8_t { checked, planned, emitted };

struct CompileRequest {
    std::string path;  ///< of the root file; `-` for standard input
    std::string text;  ///< its contents
    policy::ResolveOptions options;
    std::string out;             ///< where the bundle will be, to see that the sandbox cannot write it; empty if nowhere
    std::string runtime_binary;  ///< bytes of sbx-run, or empty
    Until until = Until::checked;
    FindingLevels levels;
    /// For tests: a mistake of ours, made between writing the artifacts and reading them back.
    std::function<void(emit::Bundle&)> spoil = nullptr;
};

/// Diagnostics point into `sources`; `plan` and `bundle` are there if that stage was asked for and reached.
struct Compilation {
    policy::SourceSet sources;
    policy::Profile profile;
    std::vector<Diagnostic> diagnostics;
    std::vector<Waived> waived;  ///< findings that the policy accepts in place
    bool rejected = false;
    std::optional<plan::ExecutionPlan> plan;
    std::optional<emit::Bundle> bundle;
    /// What the artifacts mean that the policy does not: a bug of ours, and then there is no bundle.
    verify::Findings differences;
};

[[nodiscard]] Compilation compile(CompileRequest request, const policy::FileReader& reader);

}  // namespace sbx::cli
