// The launch reports of all kernel tests, kept for the end, where a validator that is not ours holds each against the schema that
// policyc publishes.
#pragma once

#include <string>
#include <vector>

namespace sbx::kernel {

/// Forgets those of the last run.
void begin_keeping_reports();
/// The report of a command that has ended, if it was an sbx-run that wrote one.
void keep_report(const std::vector<std::string>& words);
/// True if each has the published form, and none does that was spoilt; or if there is no python3-jsonschema, which is said.
[[nodiscard]] bool kept_reports_are_valid();

}  // namespace sbx::kernel
