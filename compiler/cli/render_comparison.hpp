// The difference of two policies for people, for a merge request, and for tools. Pure; computed from one value, as is the exit
// code.
#pragma once

#include "compiler/cli/policy_input.hpp"
#include "compiler/policy/compare.hpp"

#include <string>

namespace sbx::cli {

struct ComparisonReport {
    const PolicyInput& before;
    const PolicyInput& after;
    const policy::Comparison& comparison;

    /// One sentence, with the names of both.
    [[nodiscard]] std::string summary() const;
};

/// Where a statement stands: `new.sbx:7`, and how the file was reached; empty where that is not known.
[[nodiscard]] std::string place_text(const Origin& origin, const PolicyInput& input);

[[nodiscard]] std::string render_comparison_text(const ComparisonReport& report, bool color);
[[nodiscard]] std::string render_comparison_markdown(const ComparisonReport& report);
/// The form is documented in policyc(1), section "JSON", and only ever gains keys.
[[nodiscard]] std::string render_comparison_json(const ComparisonReport& report);

}  // namespace sbx::cli
