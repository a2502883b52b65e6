// The filter of system calls as programs for the kernel's classic BPF machine, one for each machine that the runtime knows. Assumes
// nothing of the machine it runs on; guarantees the same bytes everywhere (R-KRN-01 to -07), and at most 12 jumps on the way to the
// answer for a number, whatever the policy says.
#pragma once

#include "compiler/plan/execution_plan.hpp"

#include <string>
#include <vector>

namespace sbx::emit {

struct SeccompProgram {
    std::string architecture;  ///< as uname(2) says `machine`: `x86_64`, `aarch64`
    std::string bytes;         ///< an array of struct sock_filter (linux/filter.h), little endian as both machines are
    friend bool operator==(const SeccompProgram&, const SeccompProgram&) = default;
};

/// Sorted by architecture. Without a filter each is one instruction, which lets everything through.
[[nodiscard]] std::vector<SeccompProgram> seccomp_programs(const plan::SystemCallPlan& plan);

}  // namespace sbx::emit
