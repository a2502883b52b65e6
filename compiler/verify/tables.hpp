// rlimits.tab and environment.tab, back to what they mean.
#pragma once

#include "compiler/verify/artifact_text.hpp"
#include "compiler/verify/finding.hpp"

#include <map>
#include <string>
#include <string_view>
#include <variant>

namespace sbx::verify {

/// A limit in the kernel's own unit: a number, unlimited, or a parameter and what is added to it.
struct KernelLimit {
    policy::LimitValue value;
    std::uint64_t added = 0;
    std::string place;
    friend bool operator==(const KernelLimit& a, const KernelLimit& b) { return a.value == b.value && a.added == b.added; }
};
using KernelLimits = std::map<std::string, KernelLimit>;  ///< by the name of the table: `nofile`

[[nodiscard]] KernelLimits read_limits_table(std::string_view bytes);
[[nodiscard]] policy::Environment read_environment_table(std::string_view bytes);

void compare_limits(const policy::Limits& meant, const KernelLimits& found, const std::string& file, Findings& findings);
void compare_environment(const policy::Environment& meant, const policy::Environment& found, const std::string& file,
                         Findings& findings);

}  // namespace sbx::verify
