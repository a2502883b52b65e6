// seccomp.<architecture>.bpf, held against what the policy says of system calls and sockets.
#pragma once

#include "compiler/policy/policy.hpp"
#include "compiler/verify/finding.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sbx::verify {

/// The architectures that a bundle has filters for, sorted.
[[nodiscard]] const std::vector<std::string>& filtered_architectures();

/// Decides the program for every system call: it loads words of struct seccomp_data, compares them with numbers and tests bits, so
/// that trying each of its numbers, the next ones, and each of them with each mask, tries all there are.
void compare_filter(std::string_view program, const std::string& architecture, const policy::Policy& policy,
                    const std::string& file, Findings& findings);

}  // namespace sbx::verify
